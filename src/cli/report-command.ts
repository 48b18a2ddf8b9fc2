/**
 * `sim report DIR`: makes the report of a run again, out of the data that lies beside it.
 */
import { exitCodes, type AddCommand, type CommandContext } from './command.ts';

async function report(folder: string, { terminal }: CommandContext): Promise<number> {
  const [{ readReportData, REPORT_FILE, reportHtml }, { openSingleFile }, path, { visible }] = await Promise.all([
    import('./page-file.ts'),
    import('./result-files.ts'),
    import('node:path'),
    import('../scenario/safe-text.ts'),
  ]);
  const json = readReportData(folder);
  const file = openSingleFile(path.join(folder, REPORT_FILE));
  file.write(reportHtml(json));
  terminal.out.write(`${visible(file.path)}\n`);
  return exitCodes.good;
}

export const addReport: AddCommand = (program, context) => {
  program
    .command('report')
    .description("make a run's report again, out of the folder of its result")
    .argument('<dir>', 'the folder that sim run wrote, like out/apr26/baseline')
    .action(context.act((folder: string) => report(folder, context)));
};
