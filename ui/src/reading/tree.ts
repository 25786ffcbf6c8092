import type { ComponentView, Health } from "../backend/types.ts";
import { worst } from "./standing.ts";

/** A group of components, or one of them. */
export type Node = Group | Leaf;

export interface Leaf {
  kind: "leaf";
  key: string;
  component: ComponentView;
}

export interface Group {
  kind: "group";
  key: string;
  name: string;
  children: Node[];
  /** Every component below, however deep. */
  leaves: ComponentView[];
  /** The worst known health below; unknown only if nothing is known. */
  health: Health;
}

/** The components as the tree that the page shows them in, in the page's order. */
export function treeOf(components: readonly ComponentView[]): Node[] {
  const roots: Node[] = [];
  const groups = new Map<string, Group>();
  for (const component of components) {
    let siblings = roots;
    let key = "";
    for (const name of component.group) {
      key = `${key}/${encodeURIComponent(name)}`;
      let group = groups.get(key);
      if (!group) {
        group = { kind: "group", key, name, children: [], leaves: [], health: "unknown" };
        groups.set(key, group);
        siblings.push(group);
      }
      group.leaves.push(component);
      siblings = group.children;
    }
    siblings.push({ kind: "leaf", key: `component ${component.id}`, component });
  }
  for (const group of groups.values()) group.health = worst(group.leaves.map(({ health }) => health));
  return roots;
}

/** How much of a group is ticked. */
export function ticked(leaves: readonly ComponentView[], ids: ReadonlySet<string>): "all" | "some" | "none" {
  const many = leaves.filter(({ id }) => ids.has(id)).length;
  if (many === 0) return "none";
  return many === leaves.length ? "all" : "some";
}

/** Components whose name, or a group of theirs, contains what was typed. */
export function componentsMatching(components: readonly ComponentView[], typed: string): ComponentView[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return [...components];
  return components.filter(({ name, group }) =>
    [name, ...group].some((text) => text.toLowerCase().includes(wanted)),
  );
}
