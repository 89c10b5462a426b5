package io.sightlog.detect;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a model is made of beside the file that names it.
 *
 * @param weights a Darknet model's; null for the file of the same name beside its cfg
 * @param labels what its class ids mean: a {@code .names}, {@code .txt} or {@code .data}; null for what is in the model or beside it
 */
public record ModelFiles(@Nullable Path weights, @Nullable Path labels) {
    /** As the model's file says, and what lies beside it. */
    public static final ModelFiles BESIDE = new ModelFiles(null, null);
}
