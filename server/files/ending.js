/** For the commands about files: what is cleaned up when somebody ends the command from outside. */

/** The signals that ask a command to end, with the exit status of each: 128 and the signal's number. */
export const STATUSES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const cleanups = new Set();

/** Runs `clean`, which must be synchronous, if a signal ends the command. Returns a function that forgets it again. */
export function onSignal(clean) {
  if (cleanups.size === 0) for (const name of Object.keys(STATUSES)) process.on(name, end);
  cleanups.add(clean);
  return () => {
    if (!cleanups.delete(clean) || cleanups.size > 0) return;
    // Without a handler of ours a signal ends the process by itself.
    for (const name of Object.keys(STATUSES)) process.off(name, end);
  };
}

function end(name) {
  // What was noted last may need what was noted before.
  for (const clean of [...cleanups].reverse()) clean();
  process.exit(STATUSES[name]);
}
