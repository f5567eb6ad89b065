// Numbers and sentences about them.
import type { Range } from "./spec.ts";
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

/** A number in a sentence: 0 where it is 0 to the eye that sees the whole axis. */
export const onAxis = (value: number, [low, high]: Range): string =>
  short(Math.abs(value) < 1e-6 * (high - low) ? 0 : value);

type Write = (value: number, digits: number) => string;

/** As Python rounds: a half goes to the even neighbour; JavaScript sends it here or there. */
const rounding =
  (write: Write): Write =>
  (value, digits) => {
    const half = /50{20}(e|$)/.test(write(value, digits + 21));
    const near = (half ? [1 - 1e-15, 1 + 1e-15] : [1]).map((nudge) => write(value * nudge, digits));
    return near.find((text) => /^[^e]*[02468](e|$)/.test(text)) ?? near[0];
  };
const fixed = rounding((value, digits) => value.toFixed(digits));
const exponential = rounding((value, digits) => value.toExponential(digits));
const scientific: Write = (value, digits) =>
  exponential(value, digits).replace(/e([+-])(\d)$/, "e$10$2"); // an exponent has two digits

const general: Write = (value, digits) => {
  const [mantissa, power] = scientific(value, digits - 1).split("e");
  const large = Number(power) < -4 || Number(power) >= digits;
  return large ? `${Number(mantissa)}e${power}` : String(Number(`${mantissa}e${power}`));
};

/** A value by one of Python's formats: d, .3f, .2e, .3g, .1%, or none. */
export function formatted(value: number, format: string): string {
  if (!Number.isFinite(value)) return short(value);
  const found = /^(?:\.(\d+))?([defg%])?$/.exec(format);
  if (!found) return short(value, 6);
  const digits = found[1] === undefined ? 6 : Number(found[1]);
  const text = {
    d: () => fixed(value, 0),
    e: () => scientific(value, digits),
    f: () => fixed(value, digits),
    g: () => general(value, digits || 1),
    "%": () => `${fixed(100 * value, digits)}%`,
    none: () => (Number.isSafeInteger(value) ? String(value) : general(value, 6)),
  }[(found[2] ?? (found[1] ? "g" : "none")) as "d"]();
  return (Number.parseFloat(text) === 0 ? text.replace("-", "") : text).replace(/-/g, "−");
}

/** A template with its names replaced. */
export function filled(template: string, valueOf: (name: string) => number): string {
  return template.replace(/\{\{|\}\}|\{([^{}:]+)(?::([^}]*))?\}/g, (all, name?: string, format = "") =>
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
  if (last <= first) return ticks(low, high, count + 1); // one number is no scale
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
