import { describe, expect, it } from 'vitest';
import { parseResult, resultJsonSchema } from '../../src/verdict/result-schema.js';
import { failingResult, inconclusiveResult, passingResult } from '../report/check-result.js';
import { emptyResult, nastyResult } from '../report/hostile-results.js';

describe('parseResult', () => {
  it.each([
    ['passing', passingResult()],
    ['failing', failingResult()],
    ['inconclusive', inconclusiveResult()],
    ['empty', emptyResult()],
    ['strangely named', nastyResult()],
  ])('reads a %s result back as it was', (_, result) => {
    expect(parseResult(JSON.stringify(result), 'a.result.json')).toEqual(result);
  });

  it('says where a result is wrong', () => {
    const text = JSON.stringify({ ...passingResult(), verdict: 'maybe' });
    expect(() => parseResult(text, 'a.result.json')).toThrow(/at verdict, in a\.result\.json$/);
  });

  it('refuses text that is not JSON, another schema and another version', () => {
    expect(() => parseResult('{', 'a.json')).toThrow('text that is not JSON');
    expect(() => parseResult('{"schema":"other"}', 'a.json')).toThrow('at schema');
    const later = JSON.stringify({ ...passingResult(), schemaVersion: 2 });
    expect(() => parseResult(later, 'a.json')).toThrow('at schemaVersion');
  });
});

describe('resultJsonSchema', () => {
  it('is a draft 2020-12 schema that asks for every field of a result', () => {
    expect(resultJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: Object.keys(passingResult()),
    });
  });
});
