// Sends what is being typed to the server a moment later: a phone that dies opens the screen again with it.
// Without this file each screen is kept when it is sent.
for (const form of document.querySelectorAll("form[data-typing]")) {
  let timer, sending = new AbortController();
  const send = () => {
    const typed = new FormData(form);
    typed.append("keep", "1");
    const plain = new URLSearchParams([...typed].filter(([, value]) => typeof value === "string"));
    fetch(location.pathname, { method: "POST", body: plain, redirect: "manual", keepalive: true, signal: sending.signal }).catch(() => {});
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(send, 600); });
  form.addEventListener("submit", () => { clearTimeout(timer); sending.abort(); sending = new AbortController(); });
}
