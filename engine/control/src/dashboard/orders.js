// Orders that a person gives: the ticket, and the buttons that cancel.

import * as view from "/view.js";

const { $, element } = view;
const ticket = $("ticket").elements;

// Which fields each kind of order has; a question mark: it may be left empty.
const FIELDS = {
  limit: ["price", "time_in_force"], market: [], stop: ["stop_price"], stop_limit: ["stop_price", "price"],
  take_profit: ["touch_price", "price?"], trailing_stop: ["trail"], iceberg: ["price", "display_quantity"],
  oco: ["price", "stop_price"], bracket: ["price", "target?", "stop_price?"],
  twap: ["price?", "lasts_s", "every_s"], vwap: ["price?", "lasts_s", "every_s"],
  pov: ["price?", "share_percent", "lasts_s", "every_s"],
};
const EXTRA = ["price", "stop_price", "touch_price", "trail", "display_quantity", "target", "share_percent", "lasts_s", "every_s", "time_in_force"];

// An order keeps its name until it is answered, so that asking again does nothing twice.
let name = "";
const newName = () => `page-${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;

function choices(select, texts, wanted) {
  if ([...select.options].map((option) => option.value).join() === texts.join()) return;
  const before = select.value || wanted;
  select.replaceChildren(...texts.map((text) => element("option", "", text)));
  if (texts.includes(before)) select.value = before;
}

export function showTicket(accounts, instruments, chosen) {
  choices(ticket.account, accounts.map((each) => each.account));
  choices(ticket.symbol, instruments.map((each) => each.symbol), instruments[chosen]?.symbol);
  ticket.account.parentElement.hidden = accounts.length < 2;
  ticket.symbol.parentElement.hidden = instruments.length < 2;
}

function showFields() {
  const fields = FIELDS[ticket.kind.value];
  for (const field of EXTRA) {
    const isThere = fields.includes(field) || fields.includes(`${field}?`);
    ticket[field].parentElement.hidden = !isThere;
    ticket[field].disabled = !isThere;
    ticket[field].required = fields.includes(field);
    ticket[field].placeholder = fields.includes(`${field}?`) ? "optional" : "";
  }
}

// What is asked of the engine: text stays text, so that no digit is lost.
function order() {
  const kind = ticket.kind.value;
  const given = (field) => (!ticket[field].disabled && ticket[field].value.trim()) || undefined;
  const body = { client_ref: name, account: ticket.account.value, symbol: ticket.symbol.value, side: ticket.side.value,
    quantity: ticket.quantity.value.trim(), price: given("price") };
  const algo = { kind, lasts_s: Number(given("lasts_s")), every_s: Number(given("every_s")), share_percent: given("share_percent") };
  const more = {
    limit: { time_in_force: given("time_in_force") }, market: { type: "market" },
    stop: { type: "stop", stop_price: given("stop_price") }, stop_limit: { type: "stop_limit", stop_price: given("stop_price") },
    take_profit: { type: "take_profit", touch_price: given("touch_price") }, trailing_stop: { type: "trailing_stop", trail: given("trail") },
    iceberg: { display_quantity: given("display_quantity") }, oco: { oco: { type: "stop", stop_price: given("stop_price") } },
    bracket: { bracket: { target: given("target"), stop: given("stop_price") } }, twap: { algo }, vwap: { algo }, pov: { algo },
  };
  return { ...body, ...more[kind] };
}

// The order in one sentence, as it will be sent.
function sentence(body) {
  const words = [body.side, body.quantity, body.symbol, ticket.kind.selectedOptions[0].textContent];
  for (const field of FIELDS[ticket.kind.value].map((each) => each.replace("?", ""))) {
    if (ticket[field].value.trim()) words.push(`${field.replaceAll("_", " ")} ${ticket[field].value.trim()}`);
  }
  return `${words.join(", ")}, for ${body.account}. Risk looks at it before it is sent.`;
}

export function watchTicket(decide) {
  ticket.kind.addEventListener("change", showFields);
  showFields();
  $("ticket").addEventListener("submit", async (event) => {
    event.preventDefault();
    name ||= newName();
    const body = order();
    const answer = await decide("/api/orders", { title: "Place this order?", text: sentence(body), yes: `${body.side} ${body.quantity}`, confirm: true, body });
    if (!answer) {
      // A refusal used the name up; without an answer it stays, and so nothing is done twice.
      if (!$("notice").textContent.includes("did not answer")) name = "";
      return;
    }
    name = "";
    $("ticket-answer").textContent = answer.order_id ? `${answer.is_parent ? "Parent order" : "Order"} #${answer.order_id} was given: ${body.side} ${body.quantity} ${body.symbol}.` : "The order is on its way.";
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "o" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea") || $("question").open) return;
    event.preventDefault();
    ticket.side.focus();
  });
}

export function cancelButton(row, decide) {
  const cell = element("td", "n");
  const button = element("button", "small", "Cancel");
  button.type = "button";
  button.addEventListener("click", () => decide(`/api/orders/${row.order_id}`, { method: "DELETE", confirm: true,
    title: `Cancel #${row.order_id}`, text: `${row.side} ${row.quantity} ${row.symbol}, ${row.filled_quantity} of it done.`, yes: "Cancel it" }));
  cell.append(button);
  return cell;
}

export function parentCell(row, decide) {
  return row.is_open ? cancelButton(row, decide) : element("td");
}
