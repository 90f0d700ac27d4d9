// Draws with SVG elements; every number comes as decimal text and becomes a float only here.

const SVG = "http://www.w3.org/2000/svg";

export function shape(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

// Room for the price labels on the right.
const LABELS = 64;

function begin(svg) {
  svg.replaceChildren();
  const width = svg.clientWidth || 400;
  const height = svg.clientHeight || 100;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return [width, height];
}

function scale(low, high, height) {
  const room = (high - low || Math.abs(high) * 1e-4 || 1) * 0.12;
  const span = high - low + 2 * room;
  return (price) => height - ((price - low + room) / span) * height;
}

function labels(svg, width, prices, y) {
  for (const text of new Set(prices)) {
    const at = y(Number(text));
    shape(svg, "line", { class: "grid", x1: 0, x2: width - LABELS, y1: at, y2: at });
    shape(svg, "text", { x: width - LABELS + 6, y: at + 4 }, text);
  }
}

// The mid price with our own fills on it.
export function drawLine(svg, mids, fills, decimals) {
  const [width, height] = begin(svg);
  if (mids.length < 2) {
    shape(svg, "text", { x: 0, y: height / 2 }, "Waiting for prices");
    return;
  }
  const first = mids[0][0];
  const last = mids[mids.length - 1][0];
  const shown = fills.filter((fill) => fill.time_ms >= first && fill.time_ms <= last + 1000);
  const prices = mids.map(([, price]) => Number(price)).concat(shown.map((fill) => Number(fill.price)));
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const y = scale(low, high, height);
  const x = (time) => Math.min(1, (time - first) / (last - first || 1)) * (width - LABELS);
  labels(svg, width, [low.toFixed(decimals), high.toFixed(decimals)], y);
  const path = mids.map(([time, price], at) => `${at ? "L" : "M"}${x(time).toFixed(1)} ${y(Number(price)).toFixed(1)}`).join("");
  shape(svg, "path", { class: "area", d: `${path}L${x(last)} ${height}L0 ${height}Z` });
  shape(svg, "path", { class: "path", d: path });
  for (const fill of shown) {
    const [cx, cy] = [x(fill.time_ms), y(Number(fill.price))];
    const tip = fill.side === "buy" ? 5 : -5;
    const mark = shape(svg, "path", { class: fill.side, d: `M${cx} ${cy - tip}l5 ${tip * 1.8}h-10Z` });
    shape(mark, "title", {}, `${fill.side} ${fill.quantity} at ${fill.price}`);
  }
}

// Open, high, low and close of the shortest time bars.
export function drawBars(svg, bars) {
  const [width, height] = begin(svg);
  if (bars.length === 0) {
    shape(svg, "text", { x: 0, y: height / 2 }, "No time bar has closed yet");
    return;
  }
  const low = Math.min(...bars.map((bar) => Number(bar.low)));
  const high = Math.max(...bars.map((bar) => Number(bar.high)));
  const y = scale(low, high, height);
  const step = Math.min(14, (width - LABELS) / bars.length);
  const seconds = (bars[0].end_ms - bars[0].start_ms) / 1000;
  const span = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
  shape(svg, "text", { x: width - LABELS + 6, y: height / 2 + 4 }, `${span} bars`);
  bars.forEach((bar, at) => {
    const [open, close] = [Number(bar.open), Number(bar.close)];
    const kind = close >= open ? "rise" : "fall";
    const middle = (at + 0.5) * step;
    const top = y(Math.max(open, close));
    const body = Math.max(1, y(Math.min(open, close)) - top);
    const group = shape(svg, "g", { class: kind });
    shape(group, "title", {}, `open ${bar.open} high ${bar.high} low ${bar.low} close ${bar.close} volume ${bar.volume}`);
    shape(group, "line", { x1: middle, x2: middle, y1: y(Number(bar.high)), y2: y(Number(bar.low)) });
    shape(group, "rect", { x: middle - step * 0.3, y: top, width: step * 0.6, height: body, "stroke-width": 0 });
  });
}

// From 10 ns to 100 ms, the same for every hop, so that bars compare.
const DECADES = [1, 8];

export function drawMeter(cell, hop) {
  const svg = shape(cell, "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" });
  const at = (ns) => {
    const part = (Math.log10(Math.max(ns, 1)) - DECADES[0]) / (DECADES[1] - DECADES[0]);
    return Math.min(1, Math.max(0, part)) * 100;
  };
  shape(svg, "rect", { class: "rail", width: 100, height: 4 });
  if (hop.count === 0) return;
  const [from, to] = [at(hop.p50_ns), at(hop.p999_ns)];
  shape(svg, "rect", { class: "range", x: from, width: Math.max(0.5, to - from), height: 4 });
  shape(svg, "rect", { class: "mark", x: from, width: 0.8, height: 4 });
}
