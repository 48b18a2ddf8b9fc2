/**
 * The space of a file's assumptions: what a set of settings comes to. A draw can
 * be run; or it is impossible by arithmetic, before anything happens; or it is no
 * scenario at all, since two values of it do not go together.
 */
import { BASELINE } from '../../metrics/judgement.ts';
import { drawnAssumptions, type Assumption } from '../../scenario/assumptions.ts';
import { settingsAt } from '../../scenario/assumption-values.ts';
import type { FigureNode } from '../../scenario/figure-expression.ts';
import type { LoadedScenario, OpenedFile } from '../../scenario/load.ts';
import type { RunnableDraw } from './draw-runs.ts';
import { faultsOf, figureOf, impossibility } from './feasibility.ts';

/** An expression over a draw that is an input of its own. */
export interface NamedFigure {
  readonly name: string;
  readonly node: FigureNode;
}

export type SpaceDraw =
  | { readonly state: 'runs'; readonly draw: RunnableDraw; readonly figures: readonly number[] }
  | { readonly state: 'impossible'; readonly why: string };

export class DrawSpace {
  readonly assumptions: readonly Assumption[];
  private readonly file: OpenedFile;
  private readonly set: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly figures: readonly NamedFigure[];

  /** `loaded` is the file with `set`, and sound. */
  constructor(file: OpenedFile, loaded: LoadedScenario, set: readonly string[], figures: readonly NamedFigure[]) {
    this.file = file;
    this.set = set;
    this.figures = figures;
    this.assumptions = drawnAssumptions(loaded.tree);
    this.known = faultsOf(loaded.scenario);
  }

  /** What the file is with these settings. */
  load(settings: readonly string[]): SpaceDraw {
    const set = [...this.set, ...settings];
    const loaded = this.file.load({ variant: BASELINE, set });
    if (!loaded.ok) {
      const [{ path, expected, found }] = loaded.problems;
      return { state: 'impossible', why: `${path}: expected ${expected}, found ${found}` };
    }
    const { scenario, hash, tree } = loaded;
    const why = settings.length === 0 ? null : impossibility(scenario, tree, this.known);
    if (why !== null) return { state: 'impossible', why };
    const figures = this.figures.map(({ node }) => figureOf(node, scenario, tree));
    return { state: 'runs', draw: { set, scenario, hash }, figures };
  }

  /** The settings of a point in the unit cube, a coordinate per assumption. */
  settingsOf(point: readonly number[]): readonly string[] {
    return this.assumptions.flatMap((assumption, i) => settingsAt(assumption, point[i]));
  }
}
