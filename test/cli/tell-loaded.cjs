// Preloaded (`node --require`) into the program and its threads: prints on stderr the path of each file that is compiled
// as a part of it.
'use strict';
const { writeSync } = require('node:fs');
const vm = require('node:vm');

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    if (options?.filename !== undefined) writeSync(2, `loaded ${options.filename}\n`);
  }
};
