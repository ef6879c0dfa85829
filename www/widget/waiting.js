/** For the element: waits that have an end. */

/** Calls `work` once the browser has shown what was drawn. */
export const afterPaint = (work) => (globalThis.requestAnimationFrame ?? setTimeout)(() => setTimeout(work));

/** Resolves like `promise`; rejects if that takes longer than `ms`. No timer is left: Node would wait for it. */
export function within(ms, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too late")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
