// Scanning beside a field that always works: the camera, a hand scanner, or a thumb. Where the browser reads no codes itself
// (Zalo's window, iPhones) a reader of QR codes is fetched when the button is pressed (static/vendor/README.md).
// data-scan="count": every code goes to the server and the tally comes back; data-scan="fill": it only fills the field.
const form = document.querySelector("form[data-scan]");
const field = form.querySelector("[data-code], [name=code]");
const box = form.querySelector("[data-camera]");
const told = box.querySelector("[data-told]");
const counts = form.dataset.scan === "count";
let sound, stream, last = "", lost = "", seen = 0, line = Promise.resolve();

const signal = good => {
  navigator.vibrate?.(good ? 80 : [300, 100, 300]);
  if (!sound) return;
  const tone = sound.createOscillator(), loud = sound.createGain();
  tone.frequency.value = good ? 1200 : 220;
  loud.gain.value = 0.2;
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + (good ? 0.12 : 0.7));
};
const close = () => {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  box.querySelector("[data-view]").hidden = true;
  box.querySelector("[data-open]").hidden = false;
};

// The answer of the server is a whole page: its tally replaces ours, a red one takes the screen.
const judge = async code => {
  if (lost && code !== lost) form.elements.key.value = crypto.randomUUID?.() ?? "";  // another pack, not the one without an answer
  const body = new FormData(form);
  body.set("code", code);
  body.set("by", "script");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const tally = page.getElementById("tally"), red = page.querySelector(".stop-words");
    if (!tally && !red) throw new Error(answer.status);  // signed out, or packed by somebody else meanwhile
    lost = "";
    signal(answer.ok);
    if (red) return stop(red);
    form.elements.key.value = page.querySelector("[name=key]").value;
    document.getElementById("tally").replaceWith(tally);
    told.textContent = tally.dataset.lot ? form.dataset.ok.replace("{lot}", tally.dataset.lot) : "";
    if ("whole" in tally.dataset) { close(); tally.querySelector(".ask-foot button")?.focus(); }
    if (!answer.ok) field.value ||= code;
  } catch {
    signal(false);
    field.value ||= code;
    lost = code;
    told.textContent = form.dataset.lost;  // the key stays for this code: should it have arrived, the next try counts nothing twice
  }
};
// One after the other: a hand scanner is faster than the network.
const queue = code => line = line.then(() => judge(code));

const stop = red => {
  close();
  const over = document.createElement("dialog");
  over.className = "stop-screen stop-over";
  over.append(red);
  over.setAttribute("aria-labelledby", red.querySelector("h1").id = "stop");
  over.addEventListener("close", () => { over.remove(); field.focus(); });
  const back = red.querySelector("a.btn");  // "choose another batch" leads to this very page
  back.addEventListener("click", click => { click.preventDefault(); over.close(); });
  document.body.append(over);
  over.showModal();
};

if (counts) {
  form.addEventListener("submit", send => {
    send.preventDefault();
    sound ??= window.AudioContext && new AudioContext();
    const code = field.value.trim();
    field.value = "";
    if (code) queue(code);
  });
}

const fill = code => { field.value = code; field.dispatchEvent(new Event("input", { bubbles: true })); };

const look = async reader => {
  if (!stream) return;
  const [hit] = await reader(box.querySelector("video")).catch(() => []);
  const code = hit?.rawValue ?? "", now = performance.now();
  if (code && (code !== last || now - seen > 1200)) {  // the next jar has the same code: this one goes out of sight first
    last = code;
    if (counts) await queue(code);
    else { fill(code); signal(true); close(); }
    seen = performance.now();
  } else if (code) seen = now;
  setTimeout(() => look(reader), 150);
};

// A reader takes the video and answers with what it sees: the browser's own where it knows one of the codes, else the fetched one.
const ownReader = async () => {
  const wanted = counts ? ["qr_code", "data_matrix"] : ["code_128", "qr_code", "code_39", "ean_13", "itf"];
  const known = await window.BarcodeDetector?.getSupportedFormats().catch(() => []) ?? [];
  const formats = known.filter(one => wanted.includes(one));
  if (!formats.length) return null;
  const detector = new BarcodeDetector({ formats });
  return video => detector.detect(video);
};
const WIDEST = 640;  // a code held before a phone is large: more pixels only cost a slow phone time
const fetchedReader = async () => {
  const { BarcodeDetector: Reader } = await import(box.dataset.reader);
  const detector = new Reader({ formats: ["qr_code"] });
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  return async video => {
    const scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width) return [];
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return detector.detect(canvas);
  };
};

const open = async () => {
  sound ??= window.AudioContext && new AudioContext();
  const button = box.querySelector("[data-open]"), video = box.querySelector("video");
  button.disabled = true;
  told.textContent = "";
  let reader, squaresOnly = false;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch { /* refused, or there is none */ }
  if (stream) {
    reader = await ownReader();
    squaresOnly = !reader;
    reader ??= await fetchedReader().catch(() => null);  // no signal, or a browser of long ago
  }
  button.disabled = false;
  if (!reader) {
    told.textContent = stream ? box.dataset.unread : box.dataset.refused;
    close();
    return field.focus();
  }
  button.hidden = true;
  box.querySelector("[data-view]").hidden = false;
  if (squaresOnly && !counts) told.textContent = box.dataset.squares;
  video.srcObject = stream;
  await video.play();
  look(reader);
};

if (navigator.mediaDevices) {
  box.hidden = false;
  box.querySelector("[data-open]").addEventListener("click", open);
  box.querySelector("[data-close]").addEventListener("click", close);
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); });
}
