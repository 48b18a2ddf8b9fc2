/**
 * What a frontier says in a sentence: the answer at the values of the other field,
 * those told together that have the same. `At 18:30 the fleet holds the crash of
 * 2 hosts; from 20:10 on, of 6`.
 */
import type { Plan, PlanAnswer } from '../experiments/plan.ts';
import { percentText } from '../metrics/value-text.ts';
import { parseTimeOfDay } from '../scenario/wall-clock.ts';
import { clockText } from './clock-axis.ts';
import { fieldWords, instantsOf, rangeWords, shownValue, type FieldWords } from './field-words.ts';

const toldMax = 3;

/** Neighbours with the same answer, or all that have it where there are no neighbours. */
interface Stretch {
  readonly places: number[];
  readonly answer: PlanAnswer;
}

/** The value that an answer gives for certain: what it is about. */
export function answeredValue({ state, value }: PlanAnswer): string | null {
  return state === 'decided' || state === 'everything meets it' ? (value?.value ?? null) : null;
}

function stretchesOf({ answers, axes }: Plan): Stretch[] {
  const stretches: Stretch[] = [];
  const keyOf = (answer: PlanAnswer): string => JSON.stringify([answer.state, answeredValue(answer)]);
  answers.forEach((answer, place) => {
    const candidates = axes[1].isOrdered ? stretches.slice(-1) : stretches;
    const same = candidates.find((one) => keyOf(one.answer) === keyOf(answer));
    if (same === undefined) stretches.push({ places: [place], answer });
    else same.places.push(place);
  });
  return stretches;
}

/** Of many, the first, and those with the least and the greatest answer. */
function mainOnes(stretches: readonly Stretch[], { axes }: Plan): readonly Stretch[] {
  if (stretches.length <= toldMax) return stretches;
  const rank = ({ answer }: Stretch): number => axes[0].values.findIndex(({ text }) => text === answeredValue(answer));
  const answered = stretches.filter((one) => rank(one) >= 0);
  if (answered.length === 0) return stretches.slice(0, toldMax);
  const least = answered.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const greatest = answered.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  return stretches.filter((one, i) => i === 0 || one === least || one === greatest);
}

/** Where a stretch is: `at 18:30`, `from 20:10 on`. */
function whereWords(plan: Plan, { places }: Stretch, isAll: boolean, isFirst: boolean): string {
  const { axes, base, answers } = plan;
  const axis = axes[1];
  const instants = instantsOf(axis, base.scenario);
  const words = fieldWords(axis, base.scenario);
  const [from, to] = [places[0], places[places.length - 1]];
  const told = (place: number): string => {
    const { text } = axis.values[place];
    if (instants === null) return isFirst ? words.of(text) : words.again(text);
    return parseTimeOfDay(text) === null ? clockText(base.scenario.clock, instants[place]) : text;
  };
  if (!axis.isOrdered && instants === null) {
    const shown = places.slice(0, 2).map(told);
    const others = places.length - shown.length;
    return `with ${shown.join(others > 0 ? ', ' : ' and ')}${others > 0 ? ` and ${others} more` : ''}`;
  }
  if (places.length === answers.length && answers.length > 1)
    return instants === null ? `at all of ${rangeWords(axis, words)}` : `from ${told(from)} to ${told(to)}`;
  if (from === to) return `at ${told(from)}`;
  if (from === 0) return instants === null ? `up to ${told(to)}` : `until ${told(to)}`;
  const isOpen = isAll || to === answers.length - 1;
  return isOpen ? `from ${told(from)} on` : `from ${told(from)} to ${shownValue(axis.values[to].text)}`;
}

/** What is known there, in full or after one that was told in full. */
function answerWords({ axes: [axis] }: Plan, { answer }: Stretch, words: FieldWords, isFull: boolean): string {
  const { state, seeks, value } = answer;
  const tell = isFull ? words.of : words.again;
  if (state === 'undecided') return 'undecided';
  const { values } = axis;
  if (state === 'nothing meets it')
    return `not even ${tell((seeks === 'least' ? values[values.length - 1] : values[0]).text)}`;
  const beyond = seeks === 'least' ? (words.kind === 'other' ? ' or less' : ' or fewer') : ' or more';
  return `${tell(value?.value ?? '')}${state === 'everything meets it' ? beyond : ''}`;
}

/** The verb around the first answer that is told. */
function sentence({ target }: Plan, { answer }: Stretch, { kind }: FieldWords, told: string): string {
  if (answer.state === 'undecided') return 'it is undecided';
  if (target.kind === 'share' && target.head === 'P(collapse)') {
    if (kind === 'blow') return `the fleet holds ${told}`;
    return kind === 'capacity' && !told.startsWith('1 ') && !told.startsWith('not even 1 ')
      ? `${told} hold`
      : `${told} holds`;
  }
  return `${target.text} ${answer.seeks === 'least' ? 'takes' : 'allows'} ${told}`;
}

export function frontierHeadline(plan: Plan): string {
  const stretches = stretchesOf(plan);
  if (stretches.every(({ answer }) => answer.state === 'undecided')) {
    const where = rangeWords(plan.axes[1], fieldWords(plan.axes[1], plan.base.scenario));
    return `Undecided everywhere: nobody knows yet which ${plan.axes[0].label} meets ${plan.target.text}, at all of ${where}`;
  }
  const shown = mainOnes(stretches, plan);
  const words = fieldWords(plan.axes[0], plan.base.scenario);
  const isAll = shown.length === stretches.length;
  let isFull = true;
  const parts = shown.map((stretch, i) => {
    const where = whereWords(plan, stretch, isAll, i === 0);
    const told = answerWords(plan, stretch, words, isFull);
    const isSentence = i === 0 || (isFull && stretch.answer.state !== 'undecided');
    if (stretch.answer.state !== 'undecided') isFull = false;
    if (!isSentence) return `${where}, ${told}`;
    const said = sentence(plan, stretch, words, told);
    return `${where}${/^\d/.test(said) ? ',' : ''} ${said}`;
  });
  const open = stretches.filter((one) => one.answer.state === 'undecided' && !shown.includes(one));
  const count = open.reduce((sum, { places }) => sum + places.length, 0);
  if (count > 0) parts.push(`${count} of ${plan.answers.length} undecided`);
  const text = parts.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)} (${percentText(plan.confidence)} sure${plan.answers.length > 1 ? ' each' : ''})`;
}
