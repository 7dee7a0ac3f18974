/** The events that a verification has read, in a file that SQLite makes and removes by itself: memory stays small. */
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { Ledger } from '../shared/audit/verify-chain.ts';

const Noted = z.object({ hash: z.string(), times: z.number() });
const Uncovered = z.object({ pk: z.string(), sk: z.string() });

export interface AuditLedger extends Ledger {
  close(): void;
}

export function auditLedger(): AuditLedger {
  const database = new DatabaseSync(''); // a temporary file, gone with the connection
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  database.exec('CREATE TABLE events (sk TEXT, pk TEXT, hash TEXT, times INTEGER, PRIMARY KEY (sk, pk)) WITHOUT ROWID');
  database.exec('BEGIN');
  const note = database.prepare('INSERT OR REPLACE INTO events VALUES (?, ?, ?, 0)');
  const find = database.prepare('SELECT hash, times FROM events WHERE sk = ? AND pk = ?');
  const count = database.prepare('UPDATE events SET times = times + 1 WHERE sk = ? AND pk = ?');
  const uncovered = database.prepare('SELECT pk, sk FROM events WHERE times = 0 ORDER BY sk');
  return {
    note: ({ pk, sk }, hash) => void note.run(sk, pk, hash),
    cover({ pk, sk }) {
      const row = find.get(sk, pk);
      if (row === undefined) return undefined;
      count.run(sk, pk);
      return Noted.parse(row);
    },
    *uncovered() {
      for (const row of uncovered.iterate()) yield Uncovered.parse(row);
    },
    close: () => database.close(),
  };
}
