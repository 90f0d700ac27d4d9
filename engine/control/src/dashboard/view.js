// Turns sections of the status into rows and figures. Data enters the page as text only.

import { drawBars, drawLine, drawMeter } from "/chart.js";

export const $ = (id) => document.getElementById(id);

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

const decimals = (text) => (text.split(".")[1] || "").length;

// Groups thousands without touching the digits.
export function grouped(text) {
  const [whole, fraction] = String(text).split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const MINUS = "\u2212";
const signed = (text) => (text.startsWith("-") ? MINUS + text.slice(1) : text);
const direction = (text) => (/[1-9]/.test(text) ? (text.startsWith("-") ? "down" : "up") : "");

// Money comes exact; two decimals are enough to look at unless it is small change, or coins.
export function money(text) {
  const value = Number(text);
  const places = decimals(text) > 8 ? 8 : Math.abs(value) < 10 ? 4 : 2;
  return signed(grouped(decimals(text) > places ? value.toFixed(places) : text));
}

export function clock(ms, fine) {
  if (!ms) return "–";
  const iso = new Date(ms).toISOString();
  return fine ? iso.slice(11, 23) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

function nanoseconds(ns) {
  if (ns < 1e3) return `${ns} ns`;
  const [value, unit] = ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (count >= 1000 && at < units.length - 1) { count /= 1000; at += 1; }
  return `${at ? count.toFixed(count < 10 ? 2 : 1) : count} ${units[at]}`;
}

function set(id, text, className) {
  const target = $(id);
  if (target.textContent !== text) target.textContent = text;
  if (className !== undefined) target.className = className;
}

// Columns: title, kind (n right-aligned, fill takes the room, dim, side), value of a row.
const TIME = ["Time", "dim", (row) => clock(row.time_ms, true)];
const SYMBOL = ["Symbol", "", (row) => row.symbol];
const SIDE = ["Side", "side", (row) => row.side];
const PRICE = ["Price", "n", (row) => (row.price ? grouped(row.price) : "market")];
// A day's orders differ in their last digits; the whole id is in /api/orders.
const ORDER = ["Order", "dim", ({ order_id: id }) => (id && id.length > 8 ? `#…${id.slice(-6)}` : id ? `#${id}` : "")];
const FILLED = ["Filled", "n", (row) => `${row.filled_quantity} / ${row.quantity}`];
const STRATEGY = ["Strategy", "", (row) => row.strategy];
const QUANTITY = ["Quantity", "n", (row) => row.quantity];

const TABLES = {
  open_orders: [["Sent", "dim", (row) => clock(row.created_ms, true)], SYMBOL, SIDE, PRICE, FILLED,
    ["State", "fill", (row) => `${row.status}, ${row.time_in_force}`], STRATEGY, ORDER],
  recent_orders: [["Ended", "dim", (row) => clock(row.updated_ms, true)], SYMBOL, SIDE, PRICE, FILLED,
    ["Average", "n", (row) => (row.filled_price ? grouped(row.filled_price) : "")],
    ["State", "fill", (row) => (row.reason ? `${row.status}: ${row.reason}` : row.status)], ORDER],
  parents: [["Began", "dim", (row) => clock(row.created_ms, true)], SYMBOL, SIDE,
    ["Plan", "fill", (row) => row.plan || row.reason],
    ["Done", "n", (row) => `${row.filled_quantity} / ${row.quantity} (${row.filled_percent} %)`],
    ["Average", "n", (row) => (row.filled_price ? grouped(row.filled_price) : "")],
    ["Next", "dim", (row) => (row.next_slice_ms ? clock(row.next_slice_ms, true).slice(0, 8) : "")],
    ["State", "", (row) => row.status], STRATEGY],
  fills: [TIME, SYMBOL, SIDE, PRICE, QUANTITY, ["Fee", "n", (row) => (decimals(row.fee_quote) > 8 ? money : signed)(row.fee_quote)],
    ["Liquidity", "fill", (row) => row.liquidity], ORDER],
  rejects: [TIME, SYMBOL, ["By", "", (row) => row.by], ["Reason", "fill", (row) => row.reason], STRATEGY, ORDER],
  signals: [TIME, SYMBOL, ["Wish", "side", (row) => `${row.action} ${row.side}`], PRICE, QUANTITY,
    ["Sure", "n", (row) => `${row.confidence_percent} %`], ["Reason", "fill", (row) => row.reason],
    ["Gate", "", (row) => row.verdict]],
  decisions: [TIME, SYMBOL, STRATEGY, ["Rating", "", (row) => row.rating.replace("_", " ").toLowerCase()], ["Sure", "n", (row) => `${row.confidence_percent} %`],
    ["Why", "fill", (row) => row.reasons.map((reason) => reason.text).join("; ")],
    ["Whose", "", (row) => row.attribution.map((share) => `${share.source === "technical" ? "technical" : share.source.slice(0, 6)} ${share.percent} %`).join(", ")]],
  alarms: [TIME, ["Alarm", "fill", (row) => row.text]],
};
TABLES.approvals = TABLES.signals.slice(0, -1);
const EMPTY = { parents: "No parent order is worked.", open_orders: "No order is open.", recent_orders: "No order has ended yet.", fills: "Nothing has traded yet.",
  rejects: "Nothing was refused.", signals: "No strategy wants anything yet.", decisions: "No bar has closed yet.", alarms: "Nothing needs attention." };

// One instrument needs no column that names it.
export function table(id, rows, isSingle, actions) {
  const target = $(id);
  const columns = TABLES[id].filter((column) => !(isSingle && column === SYMBOL));
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    for (const [, kind, value] of columns) {
      const text = value(row);
      const cell = element("td", kind === "side" ? (row.side === "buy" ? "up" : "down") : kind, text);
      if (kind === "fill") cell.title = text;
      line.append(cell);
    }
    if (actions) line.append(actions(row));
    body.append(line);
  }
  if (rows.length === 0) {
    const cell = element("td", "empty", EMPTY[id]);
    cell.colSpan = columns.length;
    const line = element("tr");
    line.append(cell);
    body.append(line);
  }
  const head = element("tr");
  for (const [title, kind] of columns) head.append(element("th", kind === "n" ? "n" : "", title));
  if (actions) head.append(element("th"));
  const heading = element("thead");
  heading.append(head);
  target.replaceChildren(...(rows.length ? [heading, body] : [body]));
  target.closest("section").querySelector(".count").textContent = rows.length || "";
}

export function market(view) {
  const price = (text) => (text === null ? "–" : grouped(text));
  set("bid", price(view.bid_price));
  set("ask", price(view.ask_price));
  set("bid-quantity", view.bid_quantity ?? "nobody bids");
  set("ask-quantity", view.ask_quantity ?? "nobody asks");
  set("spread", price(view.spread_price));
  set("spread-ticks", view.spread_ticks === null ? "" : view.spread_ticks === 1 ? "1 tick" : `${view.spread_ticks} ticks`);
  set("last", price(view.last_price));
  set("last-quantity", view.last_price === null ? "no trade yet" : `${view.last_quantity} ${view.last_aggressor}`);
  set("position", signed(view.position_quantity), `big ${direction(view.position_quantity)}`);
  set("entry", view.entry_price === null ? "flat" : `at ${grouped(view.entry_price)}`);
  for (const name of ["unrealized", "realized", "net"]) {
    const text = view[`${name}_quote`];
    set(name, money(text), `${direction(text)}${name === "net" ? " total" : ""}`);
  }
  set("fees", money(view.fees_quote));
  set("funding", money(view.funding_quote));
}

/** Whether the venue has the positions that we have, and since when. */
export function positionChecks(checks, now) {
  const place = $("position-check");
  place.hidden = checks.length === 0;
  const texts = checks.map((check) => {
    const name = checks.length > 1 ? `account ${check.account}: ` : "";
    if (check.state !== "told") return `${name}${check.state}`;
    const ago = `${Math.max(0, Math.round((now - check.told_ms) / 1000))} s ago`;
    const differs = check.differences.map((row) => `${row.symbol} ${row.venue_quantity}, not ${row.quantity}`);
    return `${name}${differs.length ? differs.join("; ") : "as ours"}, ${ago}`;
  });
  const differs = checks.some((check) => check.differences.length > 0);
  set("position-check", `venue: ${texts.join(" | ")}`, `sub ${differs ? "down" : ""}`);
}

export function charts(chart, fills) {
  const places = chart.bars.length ? decimals(chart.bars[0].open) : chart.mids.length ? decimals(chart.mids[0][1]) : 0;
  drawLine($("line"), chart.mids, fills.filter((fill) => fill.symbol === chart.symbol), places);
  drawBars($("bars"), chart.bars);
}

export function pairs(target, entries) {
  target.replaceChildren(...entries.map(([name, value]) => {
    const pair = element("div");
    pair.append(element("dt", "", name), element("dd", "", value));
    return pair;
  }));
}

export function counts(engine) {
  const shown = ["market_events", "signals", "orders", "fills", "rejects", "alarms"];
  $("counts").replaceChildren(...shown.flatMap((name) => [
    element("dt", "", name === "market_events" ? "Market events" : name[0].toUpperCase() + name.slice(1)),
    element("dd", "", grouped(engine.counts[name])),
  ]));
}

export function journal(view) {
  pairs($("journal"), [["records followed", grouped(view.records)], ["written", bytes(view.bytes)], ["segment", String(view.segment_index)]]);
  const state = view.error ? `stopped: ${view.error}` : view.is_behind ? "catching up, the page shows the past" : "";
  set("journal-state", state, view.error ? "down" : "sub");
}

export function hops(list) {
  const rows = list.flatMap((hop, at) => {
    const row = element("tr", at === list.length - 1 ? "whole" : "");
    row.append(element("td", "", hop.hop.replaceAll("_", " ")));
    for (const key of ["p50_ns", "p99_ns", "p999_ns", "max_ns"]) row.append(element("td", "n", hop.count ? nanoseconds(hop[key]) : "–"));
    row.append(element("td", "n", grouped(hop.count)));
    const meter = element("tr", "meter");
    const cell = element("td");
    cell.colSpan = 6;
    drawMeter(cell, hop);
    meter.append(cell);
    return [row, meter];
  });
  $("hops").tBodies[0].replaceChildren(...rows);
}

export function states(id, entries) {
  $(id).replaceChildren(...entries.map(([name, state, good]) => element("span", `state ${good ? "good" : state === "unknown" ? "warn" : "bad"}`, `${name} ${state}`)));
}
