// The dashboard, the list of calls, one of them, and how many run at once in billing.
import { accessKey } from "../support/keys";
import { type Person, open, signIn, signUp } from "../support/entrance";
import { photograph, test } from "../support/screenshots";

const ece: Person = {
  organisation: "Ege Destek Hattı",
  name: "Ece Yalçın",
  email: "ece.yalcin@egedestek.com.tr",
  password: "yaprak deniz kahve lamba",
};

test("calls", async ({ page, mailbox }, info) => {
  await signUp(page, mailbox, ece);
  await signIn(page, ece);
  const key = await accessKey(page, ["calls:write"]);
  const call = async (path: string, data: object, method: "post" | "put" = "post") => {
    const headers = { authorization: `Bearer ${key}` };
    return (await page.request[method](`/api/v1${path}`, { headers, data })).json();
  };
  let said = "";
  for (let number = 0; number < 14; number++) {
    const direction = number % 3 === 0 ? "outbound" : "inbound";
    const theirs = `+9053255501${10 + number}`;
    const ours = "+902125550100";
    const numbers = direction === "inbound" ? { from: theirs, to: ours } : { from: ours, to: theirs };
    const id = (await call("/calls", { direction, ...numbers })).call.id as string;
    if (number > 9) continue;
    const outcome = number === 4 ? "no_answer" : number === 7 ? "busy" : "completed";
    await call(`/calls/${id}/end`, { outcome });
    if (number === 2) said = id;
  }
  const text = "Temsilci: Ege Destek, buyurun.\nMüşteri: Faturamdaki adres eski kalmış.\nTemsilci: Hemen düzeltiyorum.";
  await call(`/calls/${said}/transcript`, { text }, "put");
  await open(page, "/dashboard");
  await photograph(page, "dashboard", info);
  await open(page, "/calls");
  await photograph(page, "calls", info);
  await open(page, `/calls/${said}`);
  await photograph(page, "call", info);
  await open(page, "/reports");
  await photograph(page, "reports", info);
  await open(page, "/settings/billing");
  await page.locator("#weather").evaluate((heading) => heading.scrollIntoView({ block: "center" }));
  await photograph(page, "billing-slots", info);
});
