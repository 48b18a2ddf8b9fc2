/**
 * Actions in the file: a name, when (`at`, or `after` another action and `by`
 * so much), which action, and its parameters from the registry. A `set`
 * action's change is read by the tier's own fields, those that can change while
 * the scenario runs.
 */
import { actions } from '../policies/actions.ts';
import { balancerPresets } from '../policies/balancer-presets.ts';
import { meansSome, type TargetSpec } from '../policies/targets.ts';
import { coveringPaths, type Context } from './context.ts';
import { choice, completing, field, leaf, optional, partial, type Fields, type Kind, type Report } from './kind.ts';
import { parameterFields } from './policy-kind.ts';
import { filledIn } from './preset.ts';
import { writtenText } from './quantity.ts';
import { duration, instant, name, readReference, title } from './quantity-kinds.ts';
import { MOST_CHARACTERS } from './size-limits.ts';
import { tierFields } from './tier-fields.ts';

/** When an action begins: at an instant, or so long after another action or responder is done. */
export type When = { readonly atMs: number } | { readonly after: string; readonly byMs: number };

export interface TimelineAction {
  readonly name: string;
  readonly title: string;
  readonly when: When;
  /** an entry of the actions' registry */
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** true unless a `sources` row covers the action's `at` */
  readonly assumed: boolean;
}

/** An action as read by itself. A responder's follows on the one before if it has no `when`. */
export interface UntimedAction extends Omit<TimelineAction, 'when' | 'assumed'> {
  readonly when: When | null;
  readonly byMs: number;
}

type Parsed = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Parsed {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The tier's fields that can change while the scenario runs. */
function runTimeFields(context: Context): Fields {
  return Object.fromEntries(Object.entries(tierFields(context)).filter(([, { atRunTime }]) => atRunTime));
}

/** A block of a tier is changed as a whole: what the change does not name of it stays as the file has it. */
function completedChange(change: Parsed, tier: Parsed | undefined, fields: Fields): Parsed {
  const completed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(change)) {
    const own = tier?.[key];
    const isBlock = Object.hasOwn(fields, key) && fields[key].kind.inside.form === 'block';
    completed[key] = isBlock && isMap(value) && isMap(own) ? { ...own, ...value } : value;
  }
  return completed;
}

/** The action with its changes of a tier spelled out from that tier. */
function completedAction(value: unknown, fields: Fields, context: Context): unknown {
  if (!isMap(value) || typeof value.action !== 'string' || !Object.hasOwn(actions, value.action)) return value;
  const key = Object.entries(actions[value.action].parameters).find(([, { unit }]) => unit === 'tierChanges')?.[0];
  const change = key === undefined ? undefined : value[key];
  if (key === undefined || !isMap(change)) return value;
  const named = isMap(value.target) ? value.target.tier : value.tier;
  const tier = context.outline.tiers.get(writtenText(named))?.plain;
  return {
    ...value,
    [key]: completedChange(change, tier === undefined ? tier : filledIn(balancerPresets, fields, tier), fields),
  };
}

/** Whether an action names a tier and pods, or hosts instead. */
function namesEither(action: string): boolean {
  return Object.hasOwn(actions, action) && actions[action].parameters.tier?.unit === 'tierOfTarget';
}

/** Says so if it names both or neither. */
function tellIfBoth(value: Parsed, report: Report): void {
  const said = ['tier', 'pods'].filter((key) => value[key] !== undefined);
  if (value.target === undefined) {
    if (value.tier === undefined) report('a tier, or a target', { path: ['tier'], found: 'neither' });
  } else
    for (const key of said)
      report('a tier and pods, or a target', {
        path: [key],
        found: 'both',
        hint: 'a target names its tier and its pods',
      });
}

/** Its tier and its pods, where it names hosts, are those of the target. */
function ofTarget(parameters: Parsed): Parsed {
  const target = parameters.target as TargetSpec | undefined;
  return target === undefined ? parameters : { ...parameters, tier: target.tier, pods: target.pods };
}

/** Fields that no host has of its own, in a change of some hosts. */
function reportOfBalancer(change: Parsed, written: Fields, report: Report): void {
  const hint = 'there is one for all hosts of a pod: name the tier instead of a target';
  for (const [key, { as, ofBalancer }] of Object.entries(written))
    if (ofBalancer === true && (as || key) in change)
      report('a field of hosts', { path: ['change', key], found: "one of the tier's balancer", hint });
  const gate = change.admission as { readonly parameters: Parsed } | undefined;
  if (gate?.parameters.per === 'balancer')
    report('a gate per host', { path: ['change', 'admission'], found: 'one per balancer', hint: 'per: host' });
}

function whenOf(parsed: Parsed, report: Report): When | null {
  const { atMs, after, byMs } = parsed as { atMs?: number; after?: string; byMs?: number };
  if (atMs !== undefined && after !== undefined) return report('either `at` or `after`', { found: 'both' });
  if (atMs !== undefined) return byMs === undefined ? { atMs } : report('`by` with `after` only', { path: ['by'] });
  return after === undefined ? null : { after, byMs: byMs ?? 0 };
}

function commonFields(context: Context): Fields {
  const after = leaf({
    unit: 'action',
    jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.name },
    read: (value, report) => readReference(value, 'action or responder', context.outline.subjectNames, report),
  });
  return {
    name: field(name, 'its name, unique among all actions and responders'),
    title: field(optional(title), 'what people call it, on charts and in the story'),
    at: field(optional(instant(context)), 'when it begins', { as: 'atMs' }),
    after: field(optional(after), 'begins when this action, or this responder, is done'),
    by: field(optional(duration()), 'so long after that', { as: 'byMs' }),
  };
}

const commonNames = new Set(['name', 'title', 'atMs', 'after', 'byMs']);

/** Whether nobody published when the action at this path began. */
export function isAssumed(context: Context, path: string): boolean {
  const { sourcePaths } = context.outline;
  if (sourcePaths.has(`${path}.at`)) return false;
  for (const one of coveringPaths(`${path}.after`)) if (sourcePaths.has(one)) return false;
  return true;
}

/** An action, of the timeline or of a responder's list. */
export function actionKind(context: Context): Kind<UntimedAction> {
  const common = commonFields(context);
  const changeable = runTimeFields(context);
  const options: Record<string, Fields> = {};
  for (const [action, { parameters }] of Object.entries(actions))
    options[action] = { ...common, ...parameterFields(parameters, context, partial(changeable)) };
  const helps = Object.fromEntries(Object.entries(actions).map(([action, { help }]) => [action, help]));
  const kind = choice('action', options, helps, (action, parsed, report): UntimedAction => {
    const own = parsed as { name: string; title?: string; byMs?: number };
    const given = Object.fromEntries(Object.entries(parsed).filter(([key]) => !commonNames.has(key)));
    const parameters = 'tier' in actions[action].parameters ? ofTarget(given) : given;
    const target = parameters.target as TargetSpec | undefined;
    if (isMap(parameters.change) && target !== undefined && meansSome(target))
      reportOfBalancer(parameters.change, changeable, report);
    return {
      name: own.name,
      title: own.title ?? own.name,
      when: whenOf(parsed, report),
      action,
      parameters,
      byMs: own.byMs ?? 0,
    };
  });
  return completing(kind, (value, report) => {
    if (isMap(value) && typeof value.action === 'string' && namesEither(value.action)) tellIfBoth(value, report);
    return completedAction(value, changeable, context);
  });
}
