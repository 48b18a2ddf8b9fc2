// Stands in for the npm package `canvas`; see the README beside this file.
module.exports = require('@napi-rs/canvas/node-canvas');
