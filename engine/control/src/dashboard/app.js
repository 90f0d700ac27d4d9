// Follows the engine's events, keeps the newest of every section, and sends what the operator decides.

import { desks } from "/desks.js";
import { cancelButton, parentCell, showTicket, watchTicket } from "/orders.js";
import { followRegistry, models } from "/models.js";
import { sessionActions, sessions } from "/sessions.js";
import * as view from "/view.js";

const { $, element } = view;
const state = {};
let chosen = 0;

// The engine may be asked with the token in the fragment, which no server ever sees.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem("token", given);
  history.replaceState(null, "", location.pathname);
}

// --- showing -------------------------------------------------------------------------------

function show(changed) {
  Object.assign(state, changed);
  if (changed.engine) showEngine(changed.engine);
  if (changed.instruments) showInstruments(changed.instruments);
  if (changed.charts || changed.fills) showCharts();
  if (changed.position_checks || changed.engine) {
    view.positionChecks(state.position_checks ?? [], state.engine?.time_ms ?? 0);
  }
  if (changed.hops) view.hops(changed.hops);
  if (changed.journal) view.journal(changed.journal);
  const isSingle = state.instruments?.length === 1;
  if (changed.accounts || changed.instruments) showTicket(state.accounts ?? [], state.instruments ?? [], chosen);
  if (changed.open_orders) view.table("open_orders", changed.open_orders, isSingle, (row) => cancelButton(row, decide));
  if (changed.parents) view.table("parents", changed.parents, isSingle, (row) => parentCell(row, decide));
  for (const id of ["recent_orders", "fills", "rejects", "signals", "decisions", "alarms"]) {
    if (changed[id]) view.table(id, changed[id], isSingle);
  }
  if (changed.accounts || changed.strategies) desks(state.accounts || [], state.strategies || [], decide);
  if (changed.models) models(changed.models);
  if (changed.sessions) sessions(changed.sessions, decide);
  if (changed.session_actions) sessionActions(changed.session_actions);
  if (changed.approvals) {
    $("approvals-card").hidden = changed.approvals.length === 0;
    view.table("approvals", changed.approvals, isSingle, decisions);
  }
}

function showEngine(engine) {
  $("run-mode").textContent = engine.is_draining ? `${engine.run_mode}, stopping` : engine.run_mode;
  $("version").textContent = `Gannet ${engine.version}`;
  $("clock").textContent = view.clock(engine.time_ms);
  $("killed").hidden = !engine.is_killed;
  $("kill").hidden = engine.is_killed;
  $("unarmed").hidden = !engine.needs_arming;
  const modes = new Set(engine.gates.map((gate) => gate.mode));
  if (document.activeElement !== $("gate")) $("gate").value = modes.size === 1 ? [...modes][0] : "";
  view.states("gateways", engine.gateways.map((each) => [each.gateway, each.state, each.state === "up"]));
  view.counts(engine);
}

function showInstruments(instruments) {
  view.states("feeds", instruments.map((each) => each.trading === "halted" ? [each.symbol, "halted by the venue", false] : [each.symbol, each.feed, each.feed === "live"]));
  if (chosen >= instruments.length) chosen = 0;
  if (instruments.length === 0) return;
  view.market(instruments[chosen]);
  showStops(instruments[chosen]);
  const tabs = $("symbols");
  if (tabs.childElementCount !== instruments.length) {
    tabs.replaceChildren(...instruments.map((each, index) => {
      const tab = element("button", "", each.symbol);
      tab.type = "button";
      tab.addEventListener("click", () => { chosen = index; showInstruments(state.instruments); showCharts(); });
      return tab;
    }));
  }
  [...tabs.children].forEach((tab, index) => tab.setAttribute("aria-pressed", String(index === chosen)));
  document.title = `${instruments[chosen].bid_price ?? "–"} ${instruments[chosen].symbol} · Gannet`;
}

// What may be done to one instrument; made anew only when that changes, so that no click is lost.
function showStops({ symbol, is_halted, trading }) {
  const isStopped = is_halted || trading === "halted";
  const name = `${symbol} ${isStopped}`;
  if ($("stops").dataset.of === name) return;
  $("stops").dataset.of = name;
  const action = (word, path, text) => {
    const button = element("button", "small", word);
    button.type = "button";
    button.addEventListener("click", () => decide(`/api/${path}/${encodeURIComponent(symbol)}`, { title: `${word}: ${symbol}`, text, yes: word, confirm: true }));
    return button;
  };
  $("stops").replaceChildren(
    isStopped ? action("Resume", "resume", "New orders are sent again; a close under way ends.")
      : action("Halt", "halt", "Cancels its open orders and refuses new ones until you resume it."),
    action("Close", "close", "Halts it, then closes its position at the market."));
}

function showCharts() {
  if (state.charts?.[chosen]) view.charts(state.charts[chosen], state.fills || []);
}
addEventListener("resize", showCharts);

// --- deciding ------------------------------------------------------------------------------

function notice(text) {
  $("notice").hidden = !text;
  $("notice").firstElementChild.textContent = text;
}

// Asks for what is missing: the token, a number, a reason, a confirmation. Resolves to whether to go on.
function ask(title, text, yes, number, reason) {
  const dialog = $("question");
  const hasToken = Boolean(sessionStorage.getItem("token"));
  $("ask-title").textContent = title;
  $("ask-text").textContent = text;
  $("ask-yes").textContent = yes;
  $("ask-label").hidden = hasToken;
  $("ask-hint").hidden = hasToken;
  $("ask-token").value = "";
  $("ask-number-label").hidden = !number;
  $("ask-number").required = Boolean(number);
  $("ask-number").value = "";
  $("ask-reason-label").hidden = !reason;
  $("ask-reason").required = Boolean(reason);
  $("ask-reason").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  (!hasToken ? $("ask-token") : number ? $("ask-number") : reason ? $("ask-reason") : $("ask-yes")).focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (!hasToken && $("ask-token").value) sessionStorage.setItem("token", $("ask-token").value.trim());
      resolve(dialog.returnValue === "yes");
    }, { once: true });
  });
}

// Sends one decision and resolves to the answer, if it was carried out. A kill with a known token needs no second
// click: seconds matter.
async function decide(path, { title, text, yes, confirm, number, reason, method = "POST", body }) {
  notice("");
  if ((confirm || reason || !sessionStorage.getItem("token")) && !(await ask(title, text, yes, number, reason))) return;
  if (number) path += `/${$("ask-number").value.trim()}`;
  if (reason) path += `/${encodeURIComponent($("ask-reason").value.trim())}`;
  try {
    const response = await fetch(path, { method, headers: { Authorization: `Bearer ${sessionStorage.getItem("token")}` }, body: body && JSON.stringify(body) });
    if (response.ok) return await response.json();
    if (response.status === 401) sessionStorage.removeItem("token");
    const { error, help } = await response.json();
    notice(response.status === 401 ? "That token is not this engine's. Nothing was changed." : `Not done: ${error}. ${help}.`);
  } catch {
    notice("Not done: the engine did not answer. If orders may be open, look at the venue.");
  }
}

$("question").addEventListener("keydown", (event) => {
  // The first button of a form answers Enter; here that must be the one that goes on.
  if (event.key === "Enter" && event.target.matches("input") && event.target.form.checkValidity()) { event.preventDefault(); $("question").close("yes"); }
});
$("kill").addEventListener("click", () => decide("/api/kill", {
  title: "Kill", text: "Cancels every open order and refuses new ones until reset.", yes: "Kill" }));
$("close-all").addEventListener("click", () => decide("/api/close", {
  title: "Close everything", text: "Cancels every open order, refuses new ones, and closes every position at the market.", yes: "Close all", confirm: true }));
$("arm").addEventListener("click", () => decide("/api/arm", {
  title: "Arm", text: "Orders may be sent without a person again, as many as are allowed.", yes: "Arm", confirm: true }));
$("reset").addEventListener("click", () => decide("/api/kill/reset", {
  title: "Reset the kill switch", text: "Strategies may send orders again.", yes: "Reset", confirm: true }));
$("gate").addEventListener("change", async () => {
  const mode = $("gate").value;
  $("gate").blur();
  const texts = { manual: "Signals are shown, nothing is sent.", assisted: "Each new order waits for your approval.",
    auto: "Orders are sent without asking.", paper: "Orders go to simulated venues only." };
  await decide(`/api/gate/${mode}`, { title: `Change the gate to ${mode}`, text: texts[mode], yes: "Change", confirm: true });
  if (state.engine) showEngine(state.engine);
});

function decisions(row) {
  const cell = element("td", "n");
  for (const [word, className] of [["approve", "small primary"], ["decline", "small"]]) {
    const button = element("button", className, word[0].toUpperCase() + word.slice(1));
    button.type = "button";
    button.addEventListener("click", () => decide(`/api/${word}/${row.order_id}`, {
      title: `${button.textContent} order #${row.order_id}`, text: `${row.side} ${row.quantity} ${row.symbol} at ${row.price}`, yes: button.textContent }));
    cell.append(button, " ");
  }
  return cell;
}

// --- following -----------------------------------------------------------------------------

function connection(text, className) {
  $("stream").textContent = text;
  $("stream").className = `state ${className}`;
  document.body.classList.toggle("stale", className === "bad");
}

function follow() {
  const events = new EventSource("/api/events");
  events.addEventListener("state", (event) => {
    connection("connected", "good");
    show(JSON.parse(event.data));
  });
  events.addEventListener("error", () => {
    connection("disconnected, retrying", "bad");
    // The browser retries a broken stream itself, but gives up on one that was refused.
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  });
}
follow();
followRegistry(decide);
watchTicket(decide);
