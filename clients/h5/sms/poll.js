// Looking again, politely: soon at first, then ever less often, and never while the tab is hidden.

const FIRST_MS = 1_000;
const MOST_MS = 15_000;

/** `look()` is called again until it resolves to false; `start()` begins anew, `stop()` ends it. */
export function poll(look) {
  let timer = 0;
  let pause = FIRST_MS;
  let wanted = false;

  async function again() {
    timer = 0;
    if (document.hidden) return; // taken up when it is seen again
    wanted = await look();
    pause = Math.min(pause * 1.4, MOST_MS);
    wait();
  }
  function wait() {
    clearTimeout(timer);
    timer = wanted && !document.hidden ? setTimeout(again, pause) : 0;
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (wanted) again();
  });
  return {
    start() {
      [pause, wanted] = [FIRST_MS, true];
      wait();
    },
    stop() {
      wanted = false;
      clearTimeout(timer);
    },
  };
}
