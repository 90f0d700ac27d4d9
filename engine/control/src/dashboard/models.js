// The models: where each stands in the registry, what it said last, and what may be decided about it.

import { $, clock, element, grouped } from "/view.js";

// What may be decided at which stage, and what that does.
const ACTS = {
  promote: ["Promote", "One stage up: a candidate goes on trial, a shadow or a challenger leads from now on, and the champion goes on trial."],
  challenge: ["Challenge", "It takes turns with the champion."],
  withdraw: ["Withdraw", "It takes no more turns and goes on as a shadow."],
  retire: ["Retire", "Out of use, for good."],
};
const ALLOWED = { candidate: ["promote", "retire"], shadow: ["promote", "challenge", "retire"],
  challenger: ["promote", "withdraw", "retire"], champion: [], retired: [] };

const rows = new Map();
// What stands in the registry; unknown before the first answer.
let shelves = null;
let seated = [];
let decide;

const LOOK_EVERY_MS = 5000;

// Takes what the journal says of the models that are asked.
export function models(views) {
  seated = views;
  show();
}

// Follows the registry, which changes seldom, and decides through `act`.
export function followRegistry(act) {
  // Answers whether there is a registry to look at again.
  const look = async () => {
    let status = 0;
    try {
      const response = await fetch("/api/models");
      status = response.status;
      if (response.ok) shelves = await response.json();
      else if (status === 404) shelves = [];
    } catch { /* The stream tells that the engine is away. */ }
    show();
    return status !== 404;
  };
  decide = async (path, question) => {
    await act(path, { ...question, reason: true });
    await look();
  };
  $("models-rollback").addEventListener("click", () => decide("/api/models/rollback", { title: "Roll back",
    text: "The champion before leads again; the present one goes on trial.", yes: "Roll back" }));
  const again = async () => { if (await look()) setTimeout(again, LOOK_EVERY_MS); };
  again();
}

function show() {
  if (shelves === null) return;
  const strangers = seated.filter((view) => !shelves.some((shelf) => shelf.model === view.model))
    .map((view) => ({ id: view.model, family: "", stage: "not in the registry", model: view.model, trouble: null }));
  const all = [...shelves.filter((shelf) => shelf.stage !== "retired"), ...strangers];
  $("models-card").hidden = all.length === 0;
  for (const [id, row] of rows) if (!all.some((shelf) => shelf.id === id)) { row.root.remove(); rows.delete(id); }
  for (const shelf of all) {
    if (!rows.has(shelf.id)) rows.set(shelf.id, build());
    update(rows.get(shelf.id), shelf, seated.find((view) => view.model === shelf.model));
  }
  // In the order of the list; one that is in its place is not moved, so that a click is not lost.
  const body = $("models").tBodies[0];
  all.forEach((shelf, at) => { const { root } = rows.get(shelf.id); if (body.children[at] !== root) body.insertBefore(root, body.children[at] ?? null); });
}

function build() {
  const cell = (className) => element("td", className);
  const row = { root: element("tr"), id: cell(), family: cell("dim"), stage: cell(), role: cell("dim"), lean: cell("n"), last: cell("dim"),
    predictions: cell("n"), led: cell("n"), trouble: cell("fill"), acts: cell("n"), shown: null };
  row.root.append(row.id, row.family, row.stage, row.role, row.lean, row.last, row.predictions, row.led, row.trouble, row.acts);
  return row;
}

function update(row, shelf, view) {
  row.id.textContent = shelf.id;
  row.id.title = shelf.model;
  row.family.textContent = shelf.family.replaceAll("_", " ");
  row.stage.textContent = shelf.stage;
  row.role.textContent = view ? view.role : "not asked";
  const lean = view?.lean_percent ?? null;
  row.lean.textContent = lean === null ? "–" : `${lean > 0 ? "up" : lean < 0 ? "down" : "even"} ${Math.abs(lean).toFixed(0)} %`;
  row.lean.className = `n ${lean > 0 ? "up" : lean < 0 ? "down" : ""}`;
  row.last.textContent = view?.last_ms ? clock(view.last_ms, true) : "";
  // Fewer predictions than frames: a feature is missing that it needs, or it answers too late.
  row.predictions.textContent = !view ? "" : view.predictions === view.frames ? grouped(view.predictions)
    : `${grouped(view.predictions)} of ${grouped(view.frames)}`;
  row.led.textContent = view ? grouped(view.led) : "";
  row.trouble.textContent = row.trouble.title = shelf.trouble ?? "";
  row.trouble.className = shelf.trouble ? "fill down" : "fill";
  if (row.shown === shelf.stage) return;
  row.shown = shelf.stage;
  row.acts.replaceChildren(...(ALLOWED[shelf.stage] ?? []).flatMap((act) => {
    const [text, does] = ACTS[act];
    const button = element("button", "small", text);
    button.type = "button";
    button.addEventListener("click", () => decide(`/api/models/${encodeURIComponent(shelf.id)}/${act}`,
      { title: `${text}: ${shelf.id}`, text: does, yes: text }));
    return [button, " "];
  }));
}
