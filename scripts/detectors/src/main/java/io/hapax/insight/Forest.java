package io.hapax.insight;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.returntypes.DiVector;

/**
 * A Random Cut Forest over how far clients are from their own past: one for all clients, since one for each would not
 * fit into memory, and what is compared is already relative to the client.
 */
final class Forest {
    /** Same facts, same forest. */
    private static final long SEED = 1;

    private static final int TREES = 30;
    private static final int SAMPLE = 256;

    private final RandomCutForest forest = RandomCutForest.builder()
            .dimensions(UnusualDetector.FEATURES)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLE)
            .outputAfter(SAMPLE)
            .randomSeed(SEED)
            .build();

    void learn(float[] features) {
        forest.update(features);
    }

    /** False until it has seen enough to tell what is usual. */
    boolean isReady() {
        return forest.isOutputReady();
    }

    /** About 1 and less for what is usual; the more, the less usual. */
    double score(float[] features) {
        return forest.getAnomalyScore(features);
    }

    /** The amount by which each feature raises the score, because its value is too high. */
    double[] attribution(float[] features) {
        DiVector attribution = forest.getAnomalyAttribution(features);
        return attribution.high;
    }
}
