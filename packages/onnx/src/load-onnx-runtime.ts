/** What the project uses of onnxruntime-node. */
export type OnnxRuntime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

/** Loads onnxruntime-node. @throws Error saying what to install when it is not there. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    return { InferenceSession, Tensor };
  } catch (error) {
    throw new Error(
      `onnxruntime-node cannot be loaded: ${(error as Error).message}; install it with: npm install onnxruntime-node`,
      { cause: error },
    );
  }
}
