import { describe, expect, it } from 'vitest';
import { parseMlflowAddress } from './address.js';

describe('parseMlflowAddress', () => {
  it.each([
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000', undefined],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000', undefined],
    ['https://host/mlflow/#colour%20sandwich', 'https://host/mlflow', 'colour sandwich'],
    ['http://[::1]:5000#a/b', 'http://[::1]:5000', 'a/b'],
  ])('reads %s', (text, url, experiment) => {
    expect(parseMlflowAddress(text, '--log mlflow=')).toEqual({ url, experiment });
  });

  it.each([
    ['127.0.0.1:5000', "--log mlflow= takes the address of a server, such as http://127.0.0.1:5000 or .*; got '127"],
    ['ftp://host', 'takes the address of a server'],
    ['http://me:word@host', 'takes an address without name and password; put these into MLFLOW_TRACKING_USERNAME'],
    ['http://host/#/experiments/1', 'not that of a page'],
    ['http://host/?a=b', 'not that of a page'],
    ['http://host#%', 'is not encoded'],
  ])('refuses %s', (text, message) => {
    expect(() => parseMlflowAddress(text, '--log mlflow=')).toThrow(new RegExp(message));
  });

  it('keeps a password out of its message', () => {
    expect(() => parseMlflowAddress('http://me:word@host', '--log mlflow=')).not.toThrow(/word@/);
  });
});
