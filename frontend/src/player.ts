// Play, pause, step, reset, speed and seed.
import { element, freshId } from "./element.ts";
import { draws, moves, type Spec } from "./spec.ts";

export interface Actions {
  play(): void;
  pause(): void;
  step(): void;
  reset(): void;
  noise(): void;
  seed(value: number): void;
}

/** How fast a figure plays: in steps a second, or as a multiple of the spec's steps a frame. */
export interface Speed {
  name: string;
  perSecond?: number;
  times?: number;
}
const SPEEDS: Speed[] = [
  { name: "1 a second", perSecond: 1 },
  { name: "5 a second", perSecond: 5 },
  { name: "normal", times: 1 },
  { name: "4 times", times: 4 },
  { name: "16 times", times: 16 },
];

export class Player {
  readonly element: HTMLElement;
  private readonly playButton = element("button", { type: "button" }, "Play");
  private readonly speeds: HTMLSelectElement;
  private readonly seedInput: HTMLInputElement;
  private playing = false;
  private seed = 0;
  private readonly counter = element("span", { class: "genedu-explore-steps" });

  constructor(spec: Spec, actions: Actions) {
    const button = (text: string, act: () => void) => {
      const made = element("button", { type: "button" }, text);
      made.addEventListener("click", act);
      return made;
    };
    this.playButton.addEventListener("click", () => (this.playing ? actions.pause() : actions.play()));
    const speedId = freshId();
    this.speeds = element(
      "select",
      { id: speedId },
      ...SPEEDS.map(({ name }, i) => element("option", { value: i }, name)),
    );
    // who asks for less motion gets single steps, and may ask for more
    this.speeds.selectedIndex = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 2;
    const seedId = freshId();
    this.seedInput = element("input", {
      type: "number",
      id: seedId,
      min: 0,
      max: 2 ** 31 - 1,
      step: 1,
      value: spec.seed,
    });
    this.seedInput.addEventListener("change", () => {
      const value = Number(this.seedInput.value);
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) actions.seed(value);
      else this.showSeed(this.seed);
    });
    const labelled = (id: string, text: string, input: HTMLElement) =>
      element("span", {}, element("label", { for: id }, text), input);
    const player = moves(spec)
      ? [
          this.playButton,
          button("Step", actions.step),
          button("Reset", actions.reset),
          this.counter,
          labelled(speedId, "Speed", this.speeds),
        ]
      : [];
    const noise = draws(spec) ? [labelled(seedId, "Seed", this.seedInput)] : [];
    const again = draws(spec) && !moves(spec) ? [button("New noise", actions.noise)] : [];
    this.element = element("div", { class: "genedu-explore-player" }, ...player, ...again, ...noise);
  }

  get speed(): Speed {
    return SPEEDS[this.speeds.selectedIndex];
  }

  showPlaying(playing: boolean): void {
    this.playing = playing;
    this.playButton.textContent = playing ? "Pause" : "Play";
  }

  /** Beyond the first state, whatever led there before: at first there is nothing to say. */
  showSteps(steps: number): void {
    this.counter.textContent = steps ? `+${steps} ${steps === 1 ? "step" : "steps"}` : "";
  }

  showSeed(seed: number): void {
    this.seed = seed;
    this.seedInput.value = String(seed);
  }
}
