/** The one place where the rig and the demo read the environment. */

/** What a child process needs of ours, without settings of Sallyport's that the shell happens to have. */
export function environmentWithoutSallyport(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment()).filter(([name]) => !name.startsWith('SALLYPORT_')));
}

/** A setting as text; empty counts as left out. */
export const setting = (name: string): string | undefined => environment()[name] || undefined;

/** Runs a function's module in this process as Lambda would: it reads its environment when it is imported. */
export const setForThisProcess = (variables: Readonly<Record<string, string>>): void =>
  void Object.assign(environment(), variables);

function environment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: a child process cannot be started, nor `npm run demo` be told, without it
  return process.env;
}
