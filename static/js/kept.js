// What a helper had typed goes where unsent.js keeps what this member types, so that the page offers to fill it in again.
{
const link = document.querySelector("[data-kept]"), me = document.getElementById("unsent")?.dataset.me;
link?.addEventListener("click", () => {
  try {
    const store = `unsent:${me}`, path = link.getAttribute("href");
    const all = JSON.parse(localStorage.getItem(store) ?? "[]").filter(one => one.path !== path);
    const fields = JSON.parse(document.getElementById("kept-fields").textContent);
    localStorage.setItem(store, JSON.stringify([...all, { path, title: document.title, at: Date.now(), pressed: true, fields }].slice(-10)));
  } catch { /* no storage: the words stand on this page */ }
});
}
