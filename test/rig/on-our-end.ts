/**
 * What has to be ended with this process, however it ends: a system under test has engines that nobody else would stop.
 * Vitest ends its workers by SIGTERM, of which `exit` handlers hear nothing. (Of SIGKILL nobody hears.)
 */
const endings = new Set<() => void>();

/** @param end synchronous, as nothing else runs any more. @returns what takes it back. */
export function onOurEnd(end: () => void): () => void {
  listen();
  endings.add(end);
  return () => void endings.delete(end);
}

let listening = false;
function listen(): void {
  if (listening) return;
  listening = true;
  process.once('exit', endAll);
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGHUP', () => process.exit(129));
}

function endAll(): void {
  for (const end of [...endings].reverse()) end(); // a process before the folder it writes to
}
