import { describe, expect, it } from 'vitest';
import { artifactAddress } from './run.js';

describe('artifactAddress', () => {
  const proxy = 'http://host:5000/mlflow/api/2.0/mlflow-artifacts/artifacts';

  // As MLflow's own client resolves them (mlflow/store/artifact/mlflow_artifacts_repo.py).
  it.each([
    ['mlflow-artifacts:/1/abc/artifacts', `${proxy}/1/abc/artifacts`],
    ['mlflow-artifacts://other:80/1/abc', 'http://other:80/mlflow/api/2.0/mlflow-artifacts/artifacts/1/abc'],
    ['http://store/api/2.0/mlflow-artifacts/artifacts/1/', 'http://store/api/2.0/mlflow-artifacts/artifacts/1'],
    ['s3://bucket/1', undefined],
    ['/var/mlruns/1', undefined],
    ['file:///var/mlruns/1', undefined],
    ['', undefined],
  ])('of %s is %s', (uri, address) => {
    expect(artifactAddress(uri, 'http://host:5000/mlflow')).toBe(address);
  });
});
