// Accounts and their strategies: what each holds, and what may be done to it.

import * as view from "/view.js";

const { $, element } = view;

const TEXTS = {
  halt: "Cancels its open orders and refuses new ones until you resume it. Nothing else is touched.",
  resume: "New orders are sent again; a close under way ends, and what risk has halted goes on.",
  close: "Halts it, then closes its positions at the market.",
  arm: "Its orders may be sent without a person again, as many as are allowed.",
};

// A row is made anew only when it changed, so that no click is lost.
export function desks(accounts, strategies, decide) {
  // With one of each the rest of the page says it all.
  const isWorthARow = (each) => !each.is_manual || each.positions.length > 0 || each.is_halted;
  strategies = strategies.filter(isWorthARow);
  $("desks-card").hidden = accounts.length < 2 && strategies.length < 2;
  if ($("desks-card").hidden) return;
  const rows = accounts.flatMap((account) => [
    row("account", account.account, account, ["", ""], [account.halt_reason, account.is_halted && "halted"]),
    ...strategies.filter((each) => each.account === account.account).map((each) =>
      row("strategy", each.strategy, each, [each.is_manual ? `${each.strategy}, by hand` : each.strategy, each.mode], [each.is_halted && "halted", each.needs_arming && "to be armed"])),
  ]);
  const body = $("desks").tBodies[0];
  rows.forEach((made, index) => {
    const shown = body.rows[index];
    if (shown?.dataset.of === made.key) return;
    const line = made.line(decide);
    line.dataset.of = made.key;
    if (shown) shown.replaceWith(line);
    else body.append(line);
  });
  while (body.rows.length > rows.length) body.lastElementChild.remove();
}

function row(kind, name, { positions, is_halted: isHalted, halt_reason: stopped, needs_arming: unarmed }, [strategy, mode], words) {
  const held = positions.map((each) => `${each.symbol} ${each.quantity}`).join(", ");
  const net = positions.map((each) => each.net_quote).join(", ");
  const state = words.filter(Boolean).join(", ");
  const line = (decide) => {
    const made = element("tr");
    const cells = [[kind === "account" ? name : "", ""], [strategy, ""], [mode, ""], [held || "flat", ""], [net, "n"], [state || "trades", ""]];
    made.append(...cells.map(([text, className]) => element("td", className, text)));
    const actions = element("td", "n");
    const possible = [isHalted || stopped ? "resume" : "halt", "close", ...(unarmed ? ["arm"] : [])];
    for (const path of possible) {
      const word = path[0].toUpperCase() + path.slice(1);
      const button = element("button", "small", word);
      button.type = "button";
      button.addEventListener("click", () => decide(`/api/${path}/${kind}/${encodeURIComponent(name)}`, {
        title: `${word}: ${kind} ${name}`, text: TEXTS[path], yes: word, confirm: true }));
      actions.append(button, " ");
    }
    made.append(actions);
    return made;
  };
  return { key: [kind, name, strategy, mode, held, net, state].join("|"), line };
}
