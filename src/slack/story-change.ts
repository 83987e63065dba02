import type { Story } from "./story.js";

/** Changes every story that is meant; says whether there was one. */
export function change<S extends Story>(
  stories: Story[],
  isMeant: (story: Story) => story is S,
  to: (story: S) => Story,
): boolean {
  let found = false;
  for (const [index, story] of stories.entries()) {
    if (!isMeant(story)) continue;
    stories[index] = to(story);
    found = true;
  }
  return found;
}

/** How many stories of a kind there are: the index of the next. */
export function countOf(stories: readonly Story[], kind: Story["kind"]): number {
  return stories.filter((story) => story.kind === kind).length;
}
