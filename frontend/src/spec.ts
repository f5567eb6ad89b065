// The spec that Python writes (README.md, "The contract between Python and the page").
import type { Distribution } from "./random.ts";
import type { Type } from "./tensor.ts";

export type Range = [low: number, high: number];

interface Control {
  label?: string;
  dtype?: Type;
  shape?: number[];
}
export interface SliderSpec extends Control {
  kind: "slider";
  min: number;
  max: number;
  step?: number;
  value: number;
  unit?: string;
  scale?: "linear" | "log";
}
export interface PadSpec extends Control {
  kind: "pad";
  x: Range;
  y: Range;
  value: [number, number];
  axes: [string, string];
}
export interface ChoiceSpec extends Control {
  kind: "choice";
  options: string[];
  value: number;
  one_hot?: boolean;
}
export interface ToggleSpec extends Control {
  kind: "toggle";
  value: boolean;
}
export interface PickerSpec extends Control {
  kind: "picker";
  images: string[];
  size: [height: number, width: number];
  value: number;
  labels?: string[];
}
export interface CanvasSpec extends Control {
  kind: "canvas";
  size: [height: number, width: number];
}
export interface ButtonSpec extends Control {
  kind: "button";
  does: "noise" | "reset";
}
export type ControlSpec =
  SliderSpec | PadSpec | ChoiceSpec | ToggleSpec | PickerSpec | CanvasSpec | ButtonSpec;

interface View {
  title?: string;
  alt?: string;
}
interface Axes extends View {
  xlabel?: string;
  ylabel?: string;
  xlim?: Range;
  ylim?: Range;
}
export interface LinesSpec extends Axes {
  kind: "lines";
  x: string;
  y: string[];
  labels?: string[];
  level?: number | string | null;
}
export interface BarsSpec extends Axes {
  kind: "bars";
  y: string[];
  labels?: string[];
  ticks?: string[];
}
export interface ScatterSpec extends Axes {
  kind: "scatter";
  points: string[];
  labels?: string[];
}
export interface HeatSpec extends Axes {
  kind: "heat";
  z: string;
  contours?: number[] | number;
  limits?: Range;
  points?: string[];
  labels?: string[];
}
export interface ImagesSpec extends View {
  kind: "images";
  images: string;
  columns?: number;
  labels?: string[];
  limits?: Range;
}
export interface FieldSpec extends Axes {
  kind: "field";
  at: string;
  arrows: string;
  points?: string[];
  labels?: string[];
  scale?: number;
}
export interface PathsSpec extends Axes {
  kind: "paths";
  paths: string;
}
export interface TextSpec extends View {
  kind: "text";
  template: string;
}
export type AxesSpec = LinesSpec | BarsSpec | ScatterSpec | HeatSpec | FieldSpec | PathsSpec;
export type ViewSpec = AxesSpec | ImagesSpec | TextSpec;

export type ExecutorName = "interpreter" | "onnx" | "kernel";

export interface Spec {
  version: 1;
  title: string;
  caption: string;
  graph: string;
  executors: ExecutorName[];
  weights: "float32" | "float16";
  inputs: string[];
  outputs: Record<string, { shape: number[]; dtype: Type }>;
  controls: Record<string, ControlSpec>;
  state: Record<string, { shape: number[]; dtype: Type; data: string }>;
  noise: Record<string, { distribution: Distribution; shape: number[]; dtype: "float32" }>;
  seed: number;
  steps_per_frame: number;
  views: ViewSpec[];
}

export const moves = (spec: Spec): boolean => Object.keys(spec.state).length > 0;
export const draws = (spec: Spec): boolean => Object.keys(spec.noise).length > 0;
