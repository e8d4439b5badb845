package io.hapax.ledger.posting;

/** A request with what the ledger answers to it. */
public record PostingAnswer(PostingRequest request, PostingResult result) {}
