// Positions, only when somebody presses a button. Without this file places are typed, or said by the member.
const ask = (then, failed) => navigator.geolocation.getCurrentPosition(then, failed,
  { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });

for (const box of document.querySelectorAll("[data-place]")) {
  if (!navigator.geolocation) break;
  box.hidden = false;
  const said = box.querySelector("[data-said]");
  const [lat, lon, accuracy, at] = box.querySelectorAll("input");
  box.querySelector("button").addEventListener("click", () => {
    said.textContent = said.dataset.waiting;
    ask(({ coords, timestamp }) => {
      lat.value = coords.latitude; lon.value = coords.longitude;
      accuracy.value = Math.round(coords.accuracy); at.value = new Date(timestamp).toISOString();
      said.textContent = said.dataset.found.replace("{m}", Math.round(coords.accuracy));
    }, () => { said.textContent = said.dataset.failed; });
  });
}

for (const box of document.querySelectorAll("[data-walk]")) {
  if (!navigator.geolocation) break;
  box.hidden = false;
  const corners = document.getElementById(box.dataset.walk);
  const said = box.querySelector("[data-said]");
  const [add, back] = box.querySelectorAll("button");
  const write = all => { corners.value = all.join("\n"); corners.dispatchEvent(new Event("input", { bubbles: true })); };
  const lines = () => corners.value.split("\n").filter(line => line.trim());
  add.addEventListener("click", () => {
    said.textContent = said.dataset.waiting;
    ask(({ coords }) => {
      write([...lines(), `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`]);
      said.textContent = said.dataset.found.replace("{n}", lines().length).replace("{m}", Math.round(coords.accuracy));
    }, () => { said.textContent = said.dataset.failed; });
  });
  back.addEventListener("click", () => {
    write(lines().slice(0, -1));
    said.textContent = "";
  });
}
