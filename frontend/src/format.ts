// Numbers and sentences about them.
import type { Data } from "./tensor.ts";

/** A number for a label: at most `digits` significant digits, with a real minus sign. */
export function short(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinity" : "minus infinity";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? rounded.toExponential() : String(rounded);
  return text.replace(/-/g, "−");
}

/** A value by one of Python's formats: d, .3f, .2e, .3g, .1%, or none. */
export function formatted(value: number, format: string): string {
  if (!Number.isFinite(value)) return short(value);
  const found = /^(?:\.(\d+))?([defg%])?$/.exec(format);
  if (!found) return short(value, 6);
  const digits = found[1] === undefined ? 6 : Number(found[1]);
  const text = {
    d: () => value.toFixed(0),
    e: () => value.toExponential(digits),
    f: () => value.toFixed(digits),
    g: () => String(Number(value.toPrecision(digits || 1))),
    "%": () => `${(100 * value).toFixed(digits)}%`,
    none: () => String(Number(value.toPrecision(6))),
  }[(found[2] ?? (found[1] ? "g" : "none")) as "d"]();
  return (Number(text) === 0 ? text.replace("-", "") : text).replace(/-/g, "−");
}

/** A template with its names replaced. */
export function filled(template: string, valueOf: (name: string) => number): string {
  return template.replace(/\{\{|\}\}|\{(\w+)(?::([^}]*))?\}/g, (all, name?: string, format = "") =>
    name ? formatted(valueOf(name), format) : all[0],
  );
}

/** Words as a sentence: with a full stop, unless they have an end. */
export const closed = (words: string): string => (/[.!?…]\s*$/.test(words) ? words : `${words.trimEnd()}.`);

/** How many decimals a step of a slider asks for. */
export function decimalsOf(step: number): number {
  const [digits, exponent = "0"] = String(step).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}

/** At most about `count` round positions from `low` to `high`. */
export function ticks(low: number, high: number, count = 5): number[] {
  const rough = (high - low) / Math.max(count, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-6);
  const last = Math.floor(high / step + 1e-6);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** What is wrong with some values, in words, or nothing. */
export function trouble(name: string, data: Data): string {
  let missing = 0;
  let infinite = 0;
  for (const value of data)
    if (Number.isNaN(value)) missing++;
    else if (!Number.isFinite(value)) infinite++;
  if (!missing && !infinite) return "";
  const what = [missing && "not a number (NaN)", infinite && "infinite"].filter(Boolean).join(" or ");
  const bad = missing + infinite;
  if (data.length === 1) return `${name} is ${what}.`;
  return bad === data.length
    ? `All values of ${name} are ${what}.`
    : `${bad} of ${data.length} values of ${name} are ${what}.`;
}

/** The least and the greatest finite value. */
export function extent(lists: Iterable<ArrayLike<number>>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists)
    for (let i = 0; i < list.length; i++)
      if (Number.isFinite(list[i])) {
        low = Math.min(low, list[i]);
        high = Math.max(high, list[i]);
      }
  return [low, high];
}
