// One live figure: controls that move, views that follow, and words about both.
import { controlOf, type Control } from "./controls/index.ts";
import { element } from "./element.ts";
import type { Executor } from "./executors.ts";
import { columnsOf, graphHeights, LARGE_CONTROLS, textHeights } from "./layout.ts";
import { Player } from "./player.ts";
import { Simulation } from "./simulation.ts";
import { draws, moves, type Spec } from "./spec.ts";
import { scalar, type Tensors } from "./tensor.ts";
import { viewOf, type View } from "./views/index.ts";
import { Words } from "./words.ts";

/** Says how high an element, or each row of it, is in a wide and in a narrow slot. */
function reserve(element: HTMLElement, heights: { wide: number | number[]; narrow: number | number[] }): void {
  for (const [form, height] of Object.entries(heights))
    element.style.setProperty(`--${form}`, [height].flat().map((pixels) => `${pixels}px`).join(" "));
}

/** The longest that steps between two pictures may take, in milliseconds. */
const PATIENCE = 40;

export class Figure {
  readonly element: HTMLElement;
  readonly spec: Spec;
  readonly executor: Executor;
  readonly simulation: Simulation;
  /** How many pictures were drawn. */
  frames = 0;

  private readonly controls: Record<string, Control>;
  private readonly views: View[];
  private readonly words: Words;
  private readonly player: Player;
  private readonly failure = element("p", { class: "genedu-explore-failure", role: "alert", hidden: true });
  private readonly watchers: { disconnect(): void }[] = [];
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  private playing = false;
  private turn = 0;
  private visible = true;

  constructor(spec: Spec, executor: Executor) {
    this.spec = spec;
    this.executor = executor;
    this.simulation = new Simulation(spec, executor);
    this.views = spec.views.map(viewOf);
    this.words = new Words(this.views);
    this.controls = Object.fromEntries(
      Object.entries(spec.controls).map(([name, control]) => [
        name,
        controlOf(
          name,
          control,
          () => this.changed(),
          (does) => (does === "noise" ? this.newNoise() : this.reset(true)),
        ),
      ]),
    );
    this.player = new Player(spec, {
      play: () => void this.play(),
      pause: () => this.pause(),
      step: () => this.step(),
      reset: () => this.reset(),
      noise: () => this.newNoise(),
      seed: (value) => this.reseed(value),
    });
    this.element = this.arrange();
  }

  /** Evaluates once and draws; throws if the executor cannot run the graph. */
  async start(): Promise<void> {
    this.adapt();
    this.readControls();
    await this.simulation.evaluate();
    this.show();
    this.words.now(this.shown());
    this.watch();
  }

  /** Ends everything that runs. */
  stop(): void {
    this.playing = false;
    this.watchers.forEach((watcher) => watcher.disconnect());
  }

  set(name: string, values: number[]): Promise<void> {
    this.controls[name].set(values);
    return this.changed();
  }

  step(count = 1): Promise<void> {
    return this.after(async () => {
      for (let i = 0; i < count; i++) await this.simulation.step();
    });
  }

  /** The initial state; with `controls`, their initial values and the first seed too. */
  reset(controls = false): Promise<void> {
    this.pause();
    if (controls) {
      for (const control of Object.values(this.controls)) control.reset();
      this.simulation.seed = this.spec.seed;
    }
    return this.rewind();
  }

  reseed(seed: number): Promise<void> {
    this.simulation.seed = seed;
    return this.rewind();
  }

  newNoise(): Promise<void> {
    return this.after(async () => {
      this.simulation.newNoise();
      await this.simulation.evaluate();
    });
  }

  async play(): Promise<void> {
    const turn = ++this.turn; // an older loop that still waits ends when it sees another
    this.playing = true;
    this.player.showPlaying(true);
    while (this.playing && turn === this.turn && this.element.isConnected) {
      const start = performance.now();
      const { perSecond, times = 1 } = this.player.speed;
      if (this.visible)
        await this.after(() => this.advance(perSecond ? 1 : times * this.spec.steps_per_frame, start), false);
      const rest = perSecond ? 1000 / perSecond - (performance.now() - start) : 0;
      if (rest > 0) await new Promise((resume) => setTimeout(resume, rest));
      await new Promise((resume) => requestAnimationFrame(resume));
    }
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.player.showPlaying(false);
    this.words.later(this.shown());
  }

  /** Outputs at the current state, and how many steps led there. */
  shown(): Tensors {
    return { step: scalar("int64", this.simulation.steps), ...this.simulation.outputs };
  }

  // --- what happens ----------------------------------------------------------------------------

  private async advance(steps: number, start: number): Promise<void> {
    for (let i = 0; i < steps && performance.now() - start < PATIENCE; i++) await this.simulation.step();
  }

  private rewind(): Promise<void> {
    return this.after(async () => {
      this.simulation.rewind();
      await this.simulation.evaluate();
    });
  }

  /** A control moved: only its newest value counts, however many came while the last was evaluated. */
  private changed(): Promise<void> {
    if (this.playing) {
      this.readControls(); // the next step takes it
      return this.work;
    }
    if (this.waiting) return this.work;
    this.waiting = true;
    return this.after(() => {
      this.waiting = false;
      return this.simulation.evaluate();
    });
  }

  /** Does one thing after the other, draws, and says in words what went wrong. */
  private after(task: () => Promise<void>, aloud = true): Promise<void> {
    return (this.work = this.work.then(async () => {
      try {
        this.readControls();
        await task();
        this.failure.hidden = true;
        this.show();
        if (aloud && !this.playing) this.words.later(this.shown());
      } catch (error) {
        this.waiting = false;
        this.pause();
        this.failure.hidden = false;
        this.failure.textContent = `This figure stopped: ${(error as Error).message}`;
      }
    }));
  }

  private readControls(): void {
    for (const [name, control] of Object.entries(this.controls))
      if (control.value) this.simulation.controls[name] = control.value();
  }

  private show(): void {
    this.draw();
    this.player.showSteps(this.simulation.steps);
    this.player.showSeed(this.simulation.seed);
    this.frames++;
  }

  private draw(): void {
    const outputs = this.shown();
    for (const view of this.views) view.draw(outputs);
    for (const control of Object.values(this.controls)) control.ground?.(this.views, outputs);
  }

  // --- the page --------------------------------------------------------------------------------

  private arrange(): HTMLElement {
    const graphs = this.views.filter((_, i) => this.spec.views[i].kind !== "text");
    const texts = this.views.filter((_, i) => this.spec.views[i].kind === "text");
    this.spec.views.forEach((view, i) => {
      if (view.kind === "text") reserve(this.views[i].element, textHeights(view));
    });
    const groups: Record<string, HTMLElement[]> = { small: [], large: [], pickers: [] };
    for (const [name, { kind }] of Object.entries(this.spec.controls))
      groups[kind === "picker" ? "pickers" : LARGE_CONTROLS.includes(kind) ? "large" : "small"].push(
        this.controls[name].element,
      );
    const block = (name: string, children: HTMLElement[]) =>
      children.length ? [element("div", { class: `genedu-explore-${name}` }, ...children)] : [];
    const drawn = block(
      "graphs",
      graphs.map((view) => view.element),
    );
    const columns = columnsOf(graphs.length);
    drawn[0]?.style.setProperty("--columns", String(columns));
    if (drawn[0]) reserve(drawn[0], graphHeights(this.spec));
    if (columns > 1 && graphs.length % columns === 1)
      graphs[graphs.length - 1].element.style.gridColumn = "1 / -1";
    return element(
      "div",
      { class: "genedu-explore-live", role: "group", "aria-label": this.spec.title },
      ...drawn,
      ...texts.map((view) => view.element),
      ...block("small", groups.small),
      ...block("large", groups.large),
      ...groups.pickers,
      ...(moves(this.spec) || draws(this.spec) ? [this.player.element] : []),
      this.words.element,
      this.words.status,
      this.failure,
    );
  }

  /** Native inputs are light or dark as the page's ink asks for. */
  private adapt(): void {
    const [red, green, blue] = getComputedStyle(this.element)
      .color.match(/[\d.]+/g)!
      .map(Number);
    this.element.style.colorScheme = red + green + blue > 384 ? "dark" : "light";
  }

  private watch(): void {
    const redraw = () => {
      this.adapt();
      this.draw();
    };
    // colours may fade for some time
    const recolour = () => [50, 400].forEach((delay) => setTimeout(redraw, delay));
    const resized = new ResizeObserver(redraw);
    resized.observe(this.element);
    // each product has its own attribute for a theme
    const attributes = new MutationObserver(recolour);
    for (const root of [document.documentElement, document.body])
      attributes.observe(root, { attributes: true });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", recolour);
    const seen = new IntersectionObserver(
      (entries) => (this.visible = entries[entries.length - 1].isIntersecting),
    );
    seen.observe(this.element);
    this.watchers.push(resized, attributes, seen, {
      disconnect: () => dark.removeEventListener("change", recolour),
    });
  }
}
