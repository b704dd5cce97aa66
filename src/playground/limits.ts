/**
 * Characters of manifests that are judged at once. Judging holds up everything else in this process: this much of what
 * people write takes a fraction of a second, and the worst that is known (thousands of containers in a pod, of keys in a
 * mapping) some seconds. It is more than most charts render to.
 */
export const mostCharacters = 128 * 1024;

/** Bytes of a question: JSON writes a control character with six. */
export const mostBytes = mostCharacters * 6 + 1024;

/** Characters of a name, a path or a message that are shown. */
export const mostOfText = 300;

/** Characters of markup, in each profile. What there is no room for is shown in a line, or counted. */
export const mostMarkup = 512 * 1024;

/** Objects that are shown with diff and pictures, in each profile. */
export const mostInFull = 25;

/** Violations that are shown of an object. */
export const mostViolations = 100;

/** Notices that are shown of an object. */
export const mostNotices = 20;

/** Containers of a pod that are drawn and described. */
export const mostDrawn = 100;

/** Characters of a pod template that are shown as a diff. */
export const mostOfPod = 32 * 1024;

/** Operations of a patch that are shown as a diff: two for each container. */
export const mostPatched = 200;

/** Places that are marked in the text: an editor with thousands of them is slow. */
export const mostMarks = 500;

export const tooLong =
  `the playground takes at most ${mostCharacters / 1024} KiB of manifests; ` +
  'gracegate audit -f FILE has no such limit';
