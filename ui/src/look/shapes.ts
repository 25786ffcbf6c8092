import type { Health } from "../backend/types.ts";
import look from "./look.json";

/** A shape as one path, whatever it is made of: there is a mark in every row, and nothing in it is there twice. */
export interface Shape {
  d: string;
  rule: "evenodd" | "nonzero";
}

const onePath = ([health, { shape }]: [string, { shape: { d: string; rule: string }[] }]) => [
  health,
  { d: shape.map(({ d }) => d).join(""), rule: shape[0]?.rule },
];

/** The shape of each health. */
export const shapes = Object.fromEntries(Object.entries(look.health).map(onePath)) as Record<Health, Shape>;
