// The door for text, medium by medium: whatever goes through, its reader finds nothing in it to obey, and what is
// harmless stays as it is. The judges are parsers and rules of their own (see dangers.ts).
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { marked } from 'marked';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { shellQuoted } from '../../src/cli/invocation.ts';
import {
  csvText,
  drawnText,
  jsonText,
  markdownBlock,
  markdownCode,
  markdownText,
  terminalText,
  visible,
  visibleLines,
  visibleProse,
  visibleSource,
  withTexts,
  workflowMessage,
  workflowProperty,
  xmlAttribute,
  xmlText,
} from '../../src/scenario/safe-text.ts';
import { cpuMs } from '../busy-machine.ts';
import { csvCells, csvDangers, jsonDangers, logDangers, markdownDangers, xmlDangers } from '../cli/dangers.ts';

/** What texts are attacked with, and harmless things between. */
const hostilePart = fc.constantFrom(
  '\u001b[31m', '\u001b]0;title\u0007', '\u001b[2J', '\u009b31m', '\u0000', '\u007f', '\r', '\r\n', '\n', '\t', '\u2028', '\u202e', '\u2066', '\u200f', '\ufeff', '\ud800', '\udc00',
  '::error::x', '\n::set-env name=a::b', '##[error]x', '##vso[task]', '<script>alert(1)</script>', '<!--', '-->', ']]>', '&amp;', '&#27;', '|', '\\', '\\|', '`', '``', '```', '~~~',
  '[a](https://evil.example)', '![a](x)', 'https://evil.example', 'www.evil.example', 'a@b.example', '*b*', '_i_', '# h', '- ', '1. ', '> ', '    ', '$x$', '"', "'", ',', ';', '=cmd|x', '+1', '-1', '@SUM(A1)',
  '%0A', '%', ':', '---', '===', 'a', 'word', ' ', 'ü', '漢', '👩‍👧',
); // prettier-ignore
const hostileText = fc.oneof(
  fc.array(hostilePart, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes)),
);
const harmlessText = fc.stringMatching(/^[A-Za-z0-9äöü漢. ]{0,40}$/).map((text) => text.trim());

function always(texts: fc.Arbitrary<string>, holds: (text: string) => void, numRuns = 400): void {
  const judged = (text: string): void => {
    holds(text);
  };
  fc.assert(fc.property(texts, judged), { numRuns, seed: 13 });
}

function never(found: (text: string) => string[]): void {
  always(hostileText, (text) => expect(found(text)).toEqual([]));
}

describe('a text in a terminal or a log', () => {
  it('has nothing that either obeys, in a line, in lines, or in prose', () => {
    never((text) => logDangers(visibleLines(text)));
    never((text) => logDangers(`a ${visible(text)}`));
    never((text) => logDangers(`a ${visibleProse(text)}`));
    never((text) => logDangers(terminalText(text, false)));
    never((text) => logDangers(terminalText(text, true), { hasColors: true }));
  });

  it('stays in its line where it is to', () => {
    never((text) => [visible(text), visibleProse(text)].filter((line) => /[\n\t]/.test(line)));
  });

  it('shows what was there', () => {
    expect(visible('a\u001b[31m\u0007\r\n\t\u009b\u202e\ud800')).toBe('a\\x1b[31m\\x07\\r\\n\\t\\u009b\\u202e\\ud800');
    expect(visibleLines('a\r\nb\rc\t')).toBe('a\nb\\rc\t');
    expect(visibleProse('in two\n  lines\n')).toBe('in two lines');
    expect(visibleLines('x\n  ::error::y')).toBe('x\n  \\::error::y');
    expect(visible('##[error]')).toBe('#\\x23[error]');
  });

  it('is left as it is where there is nothing to obey, and the second time', () => {
    always(harmlessText, (text) =>
      expect([visible, visibleLines, visibleProse].map((of) => of(text))).toEqual([text, text, text]),
    );
    expect(visible('שלום 👩‍👧 C:\\x ::a::')).toBe('שלום 👩‍👧 C:\\x ::a::');
    always(hostileText, (text) =>
      expect([visible(visible(text)), visibleLines(visibleLines(text))]).toEqual([visible(text), visibleLines(text)]),
    );
  });

  it('keeps the colours of the program where there are any, and no others', () => {
    const colors = picocolors.createColors(true);
    const own = `${colors.bold(`a ${colors.red('b')} c`)} ${colors.dim(colors.cyan('d'))} ${colors.green('e')}${colors.yellow('f')}`;
    expect(terminalText(own, true)).toBe(own);
    expect(terminalText(own, false)).not.toContain('\u001b');
    expect(terminalText('\u001b[8mhidden\u001b[38;5;1m\u001b[2A', true)).toBe('\\x1b[8mhidden\\x1b[38;5;1m\\x1b[2A');
    expect(terminalText(colors.bold('::error::x'), true)).toBe('\u001b[1m\\::error::x\u001b[22m');
  });

  it('keeps each column of a source in its place', () => {
    never((text) =>
      visibleSource(text).length === text.replaceAll('\r\n', '\n').length
        ? logDangers(`> ${visibleSource(text).replaceAll(/^/gm, '|')}`)
        : ['other columns'],
    );
  });

  it('takes time in proportion to its length', async () => {
    for (const part of [
      '\u001b',
      '\n',
      ' ',
      '\n ',
      '::',
      ' ::',
      '#',
      '##a',
      '`',
      '\\',
      '=',
      ',=',
      '_',
      '\ud800',
      '1',
      'w.',
    ]) {
      const text = part.repeat(200_000);
      const work = (): void => {
        for (const of of [
          visible,
          visibleLines,
          visibleProse,
          visibleSource,
          markdownText,
          markdownCode,
          markdownBlock,
          xmlText,
          xmlAttribute,
          workflowMessage,
          workflowProperty,
          drawnText,
          jsonText,
        ])
          of(text);
        terminalText(text, true);
        csvText([[text]]);
      };
      expect(await cpuMs(work), JSON.stringify(part)).toBeLessThan(5000);
    }
  });
});

describe('a command to copy', () => {
  it.skipIf(spawnSync('bash', ['-c', 'true']).status !== 0)('is what the shell reads back, and safe to print', () => {
    const shown = (given: string): void => {
      const text = Buffer.from(given.replaceAll('\0', ''), 'utf8').toString('utf8');
      const quoted = shellQuoted(text, false);
      expect(logDangers(`sim ${quoted}`)).toEqual([]);
      expect(quoted).not.toContain('\n');
      expect(
        spawnSync('bash', ['-c', `printf %s ${quoted}`], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } }).stdout,
      ).toBe(text);
    };
    always(hostileText, shown, 60);
  });
});

describe('a text in JSON', () => {
  it('means the same, and is safe to print', () => {
    never((text) =>
      (JSON.parse(jsonText({ text })) as { text: string }).text === text
        ? jsonDangers(jsonText({ [text]: [text] }, 2))
        : ['another text'],
    );
  });

  it('is written as it always was where it is harmless', () => {
    const value = { a: [1, 'ü 漢 | <b>', null], b: { c: true } };
    expect([jsonText(value, 2), jsonText(value)]).toEqual([JSON.stringify(value, null, 2), JSON.stringify(value)]);
  });
});

describe('a text in Markdown', () => {
  it('is a text: no tag, link, list, heading or picture', () => {
    never((text) => markdownDangers(`${markdownText(text)}\n`).concat(markdownDangers(`- a: ${markdownText(text)}\n`)));
    never((text) => (/<(?:h\d|li|pre|strong|em|del|a|img)\b/.test(rendered(markdownText(text))) ? ['markup'] : []));
  });

  it('stays in its cell', () => {
    const cells = (html: string): number => html.split('<td').length - 1;
    const table = (cell: string): string => rendered(`| a | b | c |\n|---|---|---|\n| 1 | ${cell} | 3 |\n`);
    never((text) => (cells(table(markdownText(text))) === 3 ? [] : ['another number of cells']));
    never((text) => (cells(table(markdownCode(text, true))) === 3 ? [] : ['another number of cells']));
  });

  it('is code where it is to be, and nothing breaks out of it', () => {
    never((text) => markdownDangers(`- seed: ${markdownCode(text)}\n`));
    never((text) => markdownDangers(`a\n\n${markdownBlock(text)}\nb\n`));
    never((text) =>
      rendered(`${markdownBlock(text)}\nb\n`)
        .trimEnd()
        .endsWith('<p>b</p>')
        ? []
        : ['what follows is in the block'],
    );
  });

  it('shows what it says', () => {
    expect(markdownText('a|b <i> *x* [l](u) `c` $m$ snake_case _u_')).toBe(
      'a\\|b &lt;i&gt; \\*x\\* \\[l\\](u) \\`c\\` \\$m\\$ snake_case \\_u\\_',
    );
    expect([markdownCode('a|b'), markdownCode('a|b', true), markdownCode('a`b')]).toEqual([
      '`a|b`',
      '`a\\|b`',
      '`` a`b ``',
    ]);
    always(harmlessText, (text) => expect(rendered(`x ${markdownText(text)} x`).trim()).toBe(`<p>x ${text} x</p>`));
  });
});

describe('a text in CSV', () => {
  it('is one cell, and none that a spreadsheet runs', () => {
    never((text) =>
      csvDangers(
        csvText([
          ['a', 'b', 'c'],
          [text, text, -1],
        ]),
      ),
    );
    always(hostileText, (text) => expect(csvCells(csvText([[text, 1]]))[0]).toHaveLength(2));
  });

  it('is defused by an apostrophe, and numbers are left alone', () => {
    expect(csvText([['=1+1', '+1', '-1', '@a', ' =1', 'a;=1', 'a,b', 'a"b', 'a=b', -1, 0.5, null, true]])).toBe(
      `"'=1+1","'+1","'-1","'@a"," '=1","a;'=1","a,b","a""b",a=b,-1,0.5,,true\n`,
    );
  });
});

describe('a text in XML', () => {
  it('is one that XML 1.0 can hold, in attributes and between tags', async () => {
    const texts = fc.sample(hostileText, { numRuns: 400, seed: 4 });
    const xml = `<a>\n${texts.map((text) => `<b c="${xmlAttribute(text)}">x${xmlText(text)}</b>`).join('\n')}\n</a>`;
    expect((await xmlDangers(xml)).filter((one) => !one.startsWith('a workflow command'))).toEqual([]);
  });
});

describe('a text in a workflow command', () => {
  it('is within one line and one property', () => {
    never((text) =>
      logDangers(`::error file=${workflowProperty(text)},line=1,col=1,title=not judged::${workflowMessage(text)}`, {
        mayAnnotate: true,
      }),
    );
    never((text) => (/[\n\r:,]|%(?!25|0A|3A|2C)/.test(workflowProperty(text)) ? ['breaks out'] : []));
  });

  it("is escaped as GitHub's runner reads it", () => {
    expect(workflowProperty('a:b,c%\n')).toBe('a%3Ab%2Cc%25%0A');
    expect(workflowMessage('100 %\na: b')).toBe('100 %25%0Aa: b');
  });
});

describe('data', () => {
  it('keeps its form while its texts are made visible', () => {
    expect(withTexts({ a: ['\u0007', 1, null, { b: 'x' }], c: true }, visible)).toEqual({
      a: ['\\x07', 1, null, { b: 'x' }],
      c: true,
    });
  });
});

function rendered(markdown: string): string {
  return marked.parse(markdown, { gfm: true });
}
