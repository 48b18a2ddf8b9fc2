/**
 * Words with their explanation one hover or tab away. A text's first use of a glossary word is marked; what it says
 * stands beside it for screen readers, and in a box that shows while the word is pointed at or has the focus.
 */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { glossary, spokenWord } from '../metrics/glossary.ts';

interface Shown {
  readonly text: string;
  readonly left: number;
  readonly top: number;
}

const shown = signal<Shown | null>(null);
const BOX_PX = 340;

function show(element: HTMLElement, text: string): void {
  const { left, bottom } = element.getBoundingClientRect();
  const width = Math.min(BOX_PX, innerWidth - 16);
  shown.value = { text, left: Math.max(8, Math.min(left, innerWidth - width - 8)), top: bottom + 6 };
}

const hide = (): void => {
  shown.value = null;
};

addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') hide();
});
addEventListener('scroll', hide, { passive: true });

/** The box; once in the page. */
export function Explanation() {
  const now = shown.value;
  if (now === null) return null;
  const above = now.top > innerHeight - 180;
  return (
    <div
      class="explanation"
      aria-hidden="true"
      style={{
        left: `${now.left}px`,
        ...(above ? { bottom: `${innerHeight - now.top + 34}px` } : { top: `${now.top}px` }),
      }}
    >
      {now.text}
    </div>
  );
}

/** Something with an explanation. */
export function Term({ help, children }: { help: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        class="term"
        aria-describedby={id}
        onMouseEnter={(event) => show(event.currentTarget, help)}
        onMouseLeave={hide}
        onFocus={(event) => show(event.currentTarget, help)}
        onBlur={hide}
        onClick={(event) => show(event.currentTarget, help)}
      >
        {children}
      </button>
      <span id={id} class="unseen">
        {help}
      </span>
    </>
  );
}

/** Words that everybody knows, or that mean something else in a sentence. */
const plain = new Set(['host', 'session', 'attempt', 'product', 'preset', 'seed', 'run', 'word']);

const words = Object.keys(glossary)
  .filter((name) => !plain.has(name))
  .sort((a, b) => b.length - a.length);
const spoken = words.map((name) =>
  spokenWord(name)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(' ', '[ -]'),
);
const pattern = new RegExp(`\\b(?:${spoken.join('|')})(?:e?s|ed)?\\b`, 'gi');
const ending = /(?:e?s|ed)$/;

function nameOf(word: string): string | undefined {
  const name = word.toLowerCase().replaceAll(' ', '-');
  return [name, name.replace(/s$/, ''), name.replace(ending, '')].find((one) => words.includes(one));
}

/** A text whose glossary words are marked at their first use; `used` holds those that were marked before. */
export function Prose({ text, used }: { text: string; used: Set<string> }) {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    const name = nameOf(found[0]);
    if (name === undefined || used.has(name)) continue;
    used.add(name);
    const { help, source } = glossary[name];
    parts.push(
      text.slice(from, found.index),
      <Term key={found.index} help={source === undefined ? `${help}.` : `${help}. (${source})`}>
        {found[0]}
      </Term>,
    );
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return <span dir="auto">{parts}</span>;
}
