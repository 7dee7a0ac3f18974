/** Structured logs: one JSON line each, always with the correlation ID of what is being done. Never a token or a key. */
import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';

const context = new AsyncLocalStorage<{ readonly correlationId: string }>();

/** Runs `work` so that every line logged inside carries the correlation ID. */
export const withCorrelation = <T>(correlationId: string, work: () => T): T => context.run({ correlationId }, work);

export type Log = pino.Logger;

export const logTo = (write: (line: string) => void, functionName: string): Log =>
  pino(
    {
      base: { function: functionName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: () => context.getStore() ?? {},
    },
    { write },
  );
