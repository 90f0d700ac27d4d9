// One card a FIX session: how it stands, what it said and heard last, and what may be done to it.

import { $, clock, element, grouped, pairs } from "/view.js";

const cards = new Map();

// Shows every session; a card is made once, so that a button is not replaced while it is clicked.
export function sessions(views, act) {
  $("sessions-card").hidden = views.length === 0;
  for (const view of views) {
    if (!cards.has(view.session)) {
      const card = build(view, act);
      cards.set(view.session, card);
      $("sessions").append(card.root);
    }
    update(cards.get(view.session), view);
  }
}

export function sessionActions(rows) {
  $("session-actions").textContent = rows.length === 0 ? "" :
    `Done by people: ${rows.slice(0, 5).map((row) => `${clock(row.time_ms, true)} ${row.session}: ${row.action}`).join(" · ")}`;
}

function build(view, act) {
  const name = view.session;
  const path = (what) => `/api/fix/${encodeURIComponent(name)}/${what}`;
  const card = { root: element("article", "session"), state: element("span", "state"), peer: element("span", "sub"),
    trouble: element("p", "trouble"), facts: element("dl", "row"), counters: element("dl", "row"), messages: element("tbody") };
  const head = element("div", "session-head");
  head.append(element("h3", "", `${view.sender_comp_id} → ${view.target_comp_id}`), element("span", "badge", view.version), card.state, card.peer);
  const buttons = element("div", "buttons");
  const button = (text, what, question) => {
    const made = element("button", "small", text);
    made.type = "button";
    made.addEventListener("click", () => act(path(what), { title: `${text}: ${name}`, confirm: true, yes: text, ...question }));
    buttons.append(made);
    return made;
  };
  card.logout = button("Log out", "logout", { text: "Ends the session in order and stays away until you log on again. Open orders stay as they are." });
  card.logon = button("Log on", "logon", { text: "Connects again." });
  button("Reset numbers", "reset", { text: "Both sequence numbers begin again at 1. What was not answered yet is forgotten on both sides. Without a connection the broker must do the same." });
  button("Set next inbound", "next-inbound", { text: "The number that is expected next. A lower one has messages sent again.", number: true });
  button("Set next outbound", "next-outbound", { text: "The number of the next message sent. While logged on it can only be raised.", number: true });
  head.append(buttons);
  const table = element("table");
  table.append(card.messages);
  const scroll = element("div", "scroll messages");
  scroll.tabIndex = 0;
  scroll.append(table);
  card.root.append(head, card.trouble, card.facts, card.counters, scroll);
  return card;
}

function update(card, view) {
  card.state.textContent = view.state;
  card.state.className = `state ${view.state === "logged on" ? "good" : view.state === "disconnected" ? "bad" : "warn"}`;
  card.peer.textContent = view.peer;
  card.logout.hidden = view.state === "disconnected";
  card.logon.hidden = view.state !== "disconnected";
  const trouble = [view.refusal && `Logon refused: ${view.refusal}`, view.notice && `Last: ${view.notice}`].filter(Boolean);
  card.trouble.textContent = trouble.join(" · ");
  card.trouble.hidden = trouble.length === 0;
  pairs(card.facts, [["next inbound", grouped(view.next_inbound)], ["next outbound", grouped(view.next_outbound)],
    ["heartbeat", view.heartbeat_s ? `${view.heartbeat_s} s` : "none"], ["reconnects", grouped(view.reconnects)]]);
  pairs(card.counters, view.counters.map(({ name, count }) => [name, grouped(count)]));
  card.messages.replaceChildren(...view.messages.map((message) => {
    const line = element("tr");
    const text = element("td", "fill code", message.text);
    text.title = message.text;
    line.append(element("td", "dim", clock(message.time_ms, true)), element("td", message.direction === "in" ? "up" : "dim", message.direction), text);
    return line;
  }));
}
