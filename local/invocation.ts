/** What passes between the runner and a function's thread: one message each way. */

export interface Invocation {
  readonly id: number;
  readonly requestId: string;
  readonly event: unknown;
}

export type Outcome =
  | { readonly id: number; readonly kind: 'answer'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly message: string };

/** Sent once, when the handler is imported. */
export interface Loaded {
  readonly kind: 'loaded';
}

export interface FunctionThreadData {
  /** The bundled module. */
  readonly module: string;
  /** The name under which it exports its handler. */
  readonly handler: string;
  readonly name: string;
  readonly arn: string;
  readonly memory: number;
  readonly timeoutMs: number;
  /** Offset of the clock in ms; undefined: the real clock. */
  readonly clock: SharedArrayBuffer | undefined;
}
