/** Pushes principals to `test/peers/data-plane.ts` over HTTP, and looks whether they are there. */
import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../../../../shared/clusters/schema.ts';
import { type Connector, ConnectorFault } from '../../../../shared/connectors/connector.ts';

export const pushConnector: Connector = {
  holds: true,
  async applyPrincipal(cluster, { holder, access, endSessions }, signal) {
    const { type, name } = holder.principal;
    const server = serverOf(cluster);
    const at = `${server}/principals/${encodeURIComponent(`${type} ${name}`)}`;
    if (access) {
      await ask(at, signal, { method: 'PUT', body: JSON.stringify(access) });
    } else {
      await ask(at, signal, { method: 'DELETE' });
      if (endSessions) await ask(`${at}/sessions`, signal, { method: 'DELETE' });
    }
    const found = await ask(at, signal, { method: 'GET' });
    const there: unknown = found.status === 404 ? null : await found.json();
    if (!isDeepStrictEqual(there, access)) throw new ConnectorFault('It took the change, and does not show it.');
  },
};

function serverOf({ connector }: Cluster): string {
  if (connector.type !== 'mongodb') throw new Error(`a ${connector.type} cluster is not pushed to`);
  return `${connector.uris[0]}`.replace(/^mongodb:/, 'http:');
}

async function ask(url: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal }).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    throw new ConnectorFault('It cannot be reached.', { cause: error });
  });
  if (response.status >= 500) throw new ConnectorFault(`It answered ${response.status}.`);
  return response;
}
