((script, wasm) => {
  // A file that is gone (the server was updated) must not leave a dead page: load the page
  // that was asked for from the server, at most once in ten seconds.
  let target = location.href;
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (link && link.origin === location.origin) target = link.href;
  }, true);
  const reload = (reason) => {
    const key = "ayar-reloaded", last = Number(sessionStorage.getItem(key));
    if (Date.now() - last < 10000) return;
    sessionStorage.setItem(key, String(Date.now()));
    console.warn("Reloading:", reason);
    if (target === location.href) location.reload(); else location.assign(target);
  };
  const broken = (error) =>
    error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
  addEventListener("error", (event) => {
    if (broken(event.error) || event.target.rel === "stylesheet") reload(event.error ?? "a style sheet is gone");
  }, true);
  addEventListener("unhandledrejection", (event) => { if (broken(event.reason)) reload(event.reason); });
  // Until the Wasm is there every form works without it: what somebody has begun to type is worth more.
  let typed = false;
  addEventListener("input", () => { typed = true; }, { capture: true, once: true });
  // Before the router learns of it: a page with unsaved changes (unsaved.rs) may keep the person.
  addEventListener("popstate", (event) => {
    if (!dispatchEvent(new Event("ayar-back", { cancelable: true }))) event.stopImmediatePropagation();
  });
  // The page is seen first: what brings it to life would hold the line and the processor. A page behind others paints nothing.
  const seen = new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 1000); });
  const files = () => {
    const first = Promise.all([import(script), fetch(wasm)]);
    for (const piece of document.head.querySelectorAll("link[media='not all']")) piece.media = "all";
    return first;
  };
  seen.then(files)
    .then(([module, response]) => module.default({ module_or_path: response }).then(() => module.hydrate()))
    .catch((reason) => { if (!typed || broken(reason)) reload(reason); });
})
