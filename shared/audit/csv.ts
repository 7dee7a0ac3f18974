/** CSV (RFC 4180) that a spreadsheet opens as text. Pure. */

/**
 * Where a spreadsheet begins a formula, which could send what is beside it elsewhere: a text's begin, and inside of it
 * where some take a semicolon, a tab or a line's end for the next cell's. Full-width signs are some languages' own.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;
const QUOTED = /[",\r\n]/;

export const csvRow = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(text: string): string {
  const safe = text.replace(FORMULA, "'");
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
