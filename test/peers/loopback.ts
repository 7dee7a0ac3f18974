/** Listens with an HTTP server on 127.0.0.1 and gives its address and an end that waits for nobody. */
import type { Server } from 'node:http';

/** @param port 0: a free one. */
export async function listenOnLoopback(server: Server, port = 0): Promise<{ url: string; stop(): Promise<void> }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens, but not on a port');
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections(); // a held answer must not hold the end of the tests
    });
  return { url: `http://127.0.0.1:${address.port}`, stop };
}
