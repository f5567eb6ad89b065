// Seeded noise: sfc32 (Chris Doty-Humphrey, PractRand) and the method of Box and Muller (1958). README.md, "Noise".
export type Distribution = "normal" | "uniform";

export class Random {
  private a = 0;
  private b: number;
  private c = 0;
  private counter = 1;

  constructor(seed: number) {
    this.b = seed | 0;
    for (let i = 0; i < 12; i++) this.word();
  }

  /** The next 32 bits, as an integer from 0. */
  word(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  fill(distribution: Distribution, size: number): Float32Array {
    const values = new Float32Array(size);
    if (distribution === "uniform") for (let i = 0; i < size; i++) values[i] = (this.word() >>> 8) / 2 ** 24;
    else
      for (let i = 0; i < size; i += 2) {
        const radius = Math.sqrt(-2 * Math.log((this.word() + 1) / 2 ** 32));
        const angle = (2 * Math.PI * this.word()) / 2 ** 32;
        values[i] = radius * Math.cos(angle);
        if (i + 1 < size) values[i + 1] = radius * Math.sin(angle);
      }
    return values;
  }
}
