// The company of `ayar demo`, and its owner.
import { type Browser, request, test as base } from "@playwright/test";
import { post } from "./company";
import { Server } from "./server";

export type Demo = { server: Server; email: string; password: string };
export type Cookies = Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["storageState"]>>;

async function startDemo(): Promise<Demo> {
  const server = await Server.start();
  const printed = await server.run("demo");
  const read = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)$`, "m").exec(printed)?.[1] ?? "";
  return { server, email: read("e-mail"), password: read("password") };
}

/** Signs the owner in without drawing a page; what to give to `newContext` as its `storageState`. */
export async function signInOwner({ server, email, password }: Demo): Promise<Cookies> {
  const client = await request.newContext({ baseURL: server.origin });
  await post({ request: client }, "/login", "entrance/sign-in", { email, password });
  const cookies = await client.storageState();
  await client.dispose();
  return cookies;
}

/** A server of its own with the company of `ayar demo`. */
export const demoServer = base.extend<object, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const demo = await startDemo();
      await use(demo);
      await demo.server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ demo }, use) => use(demo.server.origin),
});
