// What was typed on the desk and did not reach the server stays on this phone for three days. A form that was pressed is offered
// again (perhaps it arrived); one that was only typed in and left comes back as it was, and is forgotten when one signs out.
// Photos, PINs and what is marked data-private (who bought) are not kept. Forms say with data-keep that they are kept, and what
// they are called where the page's title does not say it; forms that the server keeps while one types only when they are pressed.
{
const words = document.getElementById("unsent")?.dataset;
const SENDING = "sending", STORE = `unsent:${words?.me}`, DAYS = 3 * 24 * 3600e3;
const here = location.pathname + location.search;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "[]").filter(one => Date.now() - one.at < DAYS);
  } catch { return []; }
};
const write = all => {
  try { localStorage.setItem(STORE, JSON.stringify(all.slice(-10))); } catch { /* full, or private: nothing is kept */ }
};
// Whoever left this phone to others: what is old goes, of every member, on each page of the desk and where one signs in.
const sweep = (stays = () => true) => {
  try {
    for (const key of Object.keys(localStorage).filter(one => one.startsWith("unsent:"))) {
      let all = [];
      try { all = JSON.parse(localStorage.getItem(key)).filter(one => Date.now() - one.at < DAYS && stays(one)); } catch { /* broken: away */ }
      if (all.length) localStorage.setItem(key, JSON.stringify(all));
      else localStorage.removeItem(key);
    }
  } catch { /* no storage: nothing is kept */ }
};
const drop = path => write(read().filter(one => one.path !== path));

const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
const when = at => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
const strip = (title, ...parts) => {
  const box = element("div", "", { className: "unsent" });
  box.setAttribute("role", "status");
  box.append(element("b", title), ...parts);
  return box;
};

// The tab that sent it has an answer when it came here straight from the form; not by "back", "reload" or another way.
const settle = () => {
  const path = sessionStorage.getItem(SENDING);
  if (!path) return;
  sessionStorage.removeItem(SENDING);
  const [visit] = performance.getEntriesByType("navigation");
  const from = document.referrer && new URL(document.referrer);
  if (visit?.type !== "navigate" || !from || from.pathname + from.search !== path || visit.responseStatus >= 500) return false;
  drop(path);
  return visit.responseStatus >= 400;  // refused: what was typed stands in the form, and only there
};

// "Today" of another day is "another day" now.
const ofThatDay = (form, fields) => {
  const gone = fields.filter(([name, value]) => value && name.endsWith("_is") && form.querySelector(`[type=radio][name="${CSS.escape(name)}"]`)
    && !form.querySelector(`[type=radio][name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`));
  const days = new Map(gone.map(([name, value]) => [name.slice(0, -3), value]));
  return fields.map(one => gone.includes(one) ? [one[0], ""] : [one[0], days.get(one[0]) ?? one[1]]);
};
const fill = (form, kept) => {
  const fields = ofThatDay(form, kept);
  const names = new Set(fields.map(([name]) => name));
  for (const box of form.querySelectorAll("input[type=checkbox]:not([data-private])")) if (!names.has(box.name)) box.checked = false;
  for (const name of names) {
    const values = fields.filter(one => one[0] === name).map(one => one[1]);
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.matches("button,[type=file],[type=password]")) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values.shift();
      if (field.type !== "hidden" && field.value && field.closest("details")) field.closest("details").open ||= field.checked ?? true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
};

const photos = form => form.querySelector("[type=file],[data-private]") ? element("p", words.photos) : "";
const choices = (...buttons) => {
  const row = element("p", "", { className: "actions" });
  row.append(...buttons.flatMap(one => [one, " "]));
  return row;
};
const offer = (form, kept) => {
  const again = element("button", words.restore, { type: "button", className: "btn slim" });
  const away = element("button", words.drop, { type: "button", className: "btn quiet slim" });
  const box = strip(words.offer.replace("{time}", when(kept.at)), photos(form), choices(again, away));
  again.addEventListener("click", () => { fill(form, kept.fields); box.remove(); });
  away.addEventListener("click", () => { drop(kept.path); box.remove(); });
  form.prepend(box);
};
const bringBack = (form, kept) => {
  const anew = element("button", words.anew, { type: "button", className: "btn quiet slim" });
  anew.addEventListener("click", () => { drop(here); location.replace(here); });
  fill(form, kept.fields);
  form.prepend(strip(words.typed.replace("{time}", when(kept.at)), photos(form), choices(anew)));
};

const typed = form => [...new FormData(form)].filter(([name, value]) =>
  typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "for" && !form.querySelector(`[name="${CSS.escape(name)}"][data-private]`));
const keep = (form, pressed) => {
  if (form.querySelector("[type=password]")) return;
  const title = form.dataset.keep || document.title.split(" · Chợ Nguồn")[0];
  const before = read(), was = before.find(one => one.path === here)?.pressed;
  const told = { path: here, title, at: Date.now(), pressed: pressed || was, fields: typed(form) };
  write([...before.filter(one => one.path !== here), told]);
};
// While one types: a moment later, and at once when the page goes away (the camera kills pages on cheap phones).
const watch = (form, clean) => {
  let timer = 0;
  const now = () => {
    clearTimeout(timer);
    if (!timer) return;
    timer = 0;
    if (JSON.stringify(typed(form)) === clean) drop(here);
    else keep(form, false);
  };
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => { clearTimeout(timer); timer = setTimeout(now, 500); });
  }
  form.addEventListener("submit", () => { clearTimeout(timer); timer = 0; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
  addEventListener("pagehide", now);
};

const list = (place, all) => {
  const rows = element("ul", "");
  for (const one of all) {
    const row = element("li", "");
    const away = element("button", words.drop, { type: "button", className: "btn quiet slim" });
    away.addEventListener("click", () => { drop(one.path); list(place, read()); });
    row.append(element("span", `${one.title} · ${when(one.at)}`), choices(element("a", words.open, { href: one.path, className: "btn quiet slim" }), away));
    rows.append(row);
  }
  place.replaceChildren(...all.length ? [strip(words.title.replace("{n}", all.length), rows)] : []);
};

sweep();
if (words) {
  const refused = settle();
  const all = read(), place = document.querySelector("[data-unsent-list]"), form = document.querySelector("form[data-keep]");
  if (place && all.length) list(place, all);
  if (form) {
    const clean = JSON.stringify(typed(form)), kept = all.find(one => one.path === here);
    if (kept) (kept.pressed ? offer : bringBack)(form, kept);
    const isKeptByServer = "typing" in form.dataset || "draft" in form.dataset;
    if (refused && !isKeptByServer) keep(form, false);
    if (!isKeptByServer) watch(form, clean);
    form.addEventListener("submit", send => {
      keep(form, true);
      if (navigator.onLine) return sessionStorage.setItem(SENDING, here);
      send.preventDefault();
      form.querySelector(".unsent")?.remove();
      form.querySelector(".ask-foot")?.before(strip(words.offline, photos(form)));
    });
  }
}
// Signing out works on pages without a membership too, and with two cooperatives: what was only typed goes, of every member.
document.addEventListener("submit", ({ target }) => {
  if (new URL(target.getAttribute("action") ?? "", location).pathname === document.body.dataset.out) sweep(one => one.pressed);
});
}
