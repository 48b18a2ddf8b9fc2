/**
 * What a canvas must not be given, kept from it in one place, whoever draws. A
 * place or length that is no finite number draws nothing, as the standard of the
 * canvas has it (HTML, 4.12.5); the native code behind ours ends the process at
 * some of them, at once and without an exception. Texts are drawn as people can
 * see them: a NUL in one would be an exception, and what turns the direction of
 * writing would turn the numbers beside it.
 */
import { drawnText } from '../scenario/safe-text.ts';
import type { Pen } from './picture.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const placing = [
  'arc', 'arcTo', 'bezierCurveTo', 'clearRect', 'drawImage', 'ellipse', 'fillRect', 'fillText', 'lineTo', 'moveTo', 'quadraticCurveTo', 'rect', 'rotate',
  'roundRect', 'scale', 'setLineDash', 'setTransform', 'strokeRect', 'strokeText', 'transform', 'translate',
] as const; // prettier-ignore
const writing = ['fillText', 'measureText', 'strokeText'] as const;

function isPlace(argument: unknown): boolean {
  if (Array.isArray(argument)) return argument.every(isPlace);
  return typeof argument !== 'number' || Number.isFinite(argument);
}

const guarded = new WeakSet();

/** Guards this pen and all others of its class, from now on. */
export function guardPens(pen: Pen): void {
  const methods = Object.getPrototypeOf(pen) as Record<string, Method>;
  if (guarded.has(methods)) return;
  guarded.add(methods);
  for (const name of placing) {
    const method = methods[name];
    methods[name] = function (...args) {
      return args.every(isPlace) ? method.apply(this, args) : undefined;
    };
  }
  for (const name of writing) {
    const method = methods[name];
    methods[name] = function (text, ...rest) {
      return method.call(this, typeof text === 'string' ? drawnText(text) : text, ...rest);
    };
  }
}
