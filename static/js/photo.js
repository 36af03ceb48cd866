// Photos: made small before they are sent (4 MB on a bad line take a minute and a half), and in forms that keep what is
// typed (data-draft) sent at once. Without this file the form sends them as they are, with everything else.
{
const LONGEST = 1600;

const smaller = async file => {
  if (!file.type.startsWith("image/") || file.size < 300_000) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(done => canvas.toBlob(done, "image/jpeg", 0.8));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: blob.type }) : file;
  } catch { return file; }
};

// Drawn, not linked: pictures of the page come from the site alone (Content-Security-Policy).
const drawn = async file => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 160, ariaHidden: "true" });
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, 160, 160);
  } catch { /* an empty square: the photo has arrived all the same */ }
  return canvas;
};

const forget = input => { input.value = ""; };

for (const form of document.querySelectorAll("form")) {
  const pictures = [...form.querySelectorAll('input[type="file"][accept^="image"]')];
  const address = form.dataset.draft;
  const keeps = address && address !== "off";
  const state = form.querySelector("[data-photo-state]");
  const say = word => { if (state) state.textContent = word ? state.dataset[word] : ""; };
  let timer = 0, leaving = false;

  const send = (files, keepalive) => {
    const body = new FormData(form);
    for (const input of pictures) body.delete(input.name);
    for (const file of files) body.append("photos", file);
    body.append("keep", "1");
    return fetch(address, { method: "POST", body, keepalive, headers: { "X-Requested-With": "fetch" } });
  };
  const arrived = (input, files, tokens) => {
    for (const old of form.querySelectorAll('input[type="hidden"][name="kept"]')) old.remove();
    for (const token of tokens) {
      const kept = Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: token });
      form.append(kept);
    }
    let list = form.querySelector(".shots[data-new]");
    if (!list) {
      list = Object.assign(document.createElement("ul"), { className: "shots" });
      list.dataset.new = "";
      input.closest("label").before(list);
    }
    for (const file of files) {
      const item = document.createElement("li");
      list.append(item);
      drawn(file).then(canvas => item.append(canvas));
    }
    forget(input);
  };

  for (const input of pictures) {
    input.addEventListener("change", async () => {
      if (!input.files.length) return;
      const files = await Promise.all([...input.files].map(smaller));
      const small = new DataTransfer();
      for (const file of files) small.items.add(file);
      input.files = small.files;
      if (!keeps || leaving) return;
      say("sending");
      try {
        const answer = await send(files, false);
        const told = answer.ok && answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
        if (!told || told.faults.length || leaving) { say(told ? "" : "waits"); return; }
        arrived(input, files, told.kept);
        say("sent");
      } catch { say("waits"); }
    });
  }
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  if (!keeps) continue;
  const keep = keepalive => { if (!leaving) send([], keepalive).catch(() => {}); };
  form.addEventListener("input", event => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(() => keep(false), 1500);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) keep(true);
  });
}
}
