// Lint with types. The strict set of typescript-eslint, minus rules of taste that the compiler's own
// strictness makes moot, plus a few that catch real slips. Plain JavaScript is linted without types.
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './src/page/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      // Index accesses are trusted (see tsconfig.json), and a Map's get after has needs its `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A leading underscore says that a name is left out on purpose.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/{engine,policies,scenario,model,metrics,page,experiments}/**/*.ts'],
    rules: {
      // What `**` and Math.pow give depends on the version of Node: see src/engine/power.ts.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "BinaryExpression[operator='**']:not([left.type='Literal'][right.type='Literal'], [left.type='Literal'][right.type='UnaryExpression'][right.argument.type='Literal'])",
          message: 'use power() of src/engine/power.ts: `**` differs between versions of Node',
        },
        {
          selector: "AssignmentExpression[operator='**=']",
          message: 'use power() of src/engine/power.ts: `**` differs between versions of Node',
        },
        {
          selector:
            "MemberExpression[object.name='Math'][property.name=/^(pow|cbrt|hypot|expm1|log1p|log2|log10|sinh|cosh|tanh|asinh|acosh|atanh|tan|asin|acos|atan|atan2|fround)$/]",
          message: 'not known to be the same on every version of Node: use power(), Math.log, exp, sin, cos or sqrt',
        },
      ],
    },
  },
  {
    // Whatever a text holds, a pattern looks at each of its characters a few times at most.
    files: ['src/**/*.{ts,tsx}'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
    },
  },
  {
    // vitest's asymmetric matchers are typed `any`.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
);
