package dev.sluice.proxy.auth.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.PlainText;
import dev.sluice.proxy.auth.SecretAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final QueryTarget TARGET =
      new QueryTarget("t", "jdbc:postgresql://h:1/t", Map.of(), Duration.ofSeconds(1));
  private static final SecretAnswer OLD = new SecretAnswer.Found(PlainText.of("old"));
  private static final SecretAnswer NEW = new SecretAnswer.Found(PlainText.of("new"));
  private static final SecretAnswer NONE = new SecretAnswer.NotFound("why");
  private static final SecretAnswer DOWN =
      new SecretAnswer.Unavailable(ErrorMessage.fatal(SqlState.CANNOT_CONNECT_NOW, "no"), "why");

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final List<CompletableFuture<SecretAnswer>> lookups = new ArrayList<>();
  private final AnswerCache cache = new AnswerCache(3, Duration.ofSeconds(60), clock::get);

  private CompletableFuture<SecretAnswer> get(AnswerCache from, String user) {
    return from.get(new AnswerCache.Key(TARGET, user), this::lookup);
  }

  private CompletableFuture<SecretAnswer> fresh(String user) {
    return cache.getFresh(new AnswerCache.Key(TARGET, user), this::lookup);
  }

  private CompletableFuture<SecretAnswer> lookup() {
    CompletableFuture<SecretAnswer> lookup = new CompletableFuture<>();
    lookups.add(lookup);
    return lookup;
  }

  private void answer(SecretAnswer answer) {
    lookups.removeFirst().complete(answer);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void whoAsksMeanwhileWaitsForTheSameLookup() {
    var first = get(cache, "u");
    var second = get(cache, "u");
    assertEquals(1, lookups.size());
    assertFalse(second.isDone());
    answer(OLD);
    assertSame(OLD, first.resultNow());
    assertSame(OLD, second.resultNow());
  }

  @Test
  void secretsAndTheirAbsenceAreRememberedEquallyLong() {
    for (SecretAnswer answer : List.of(OLD, NONE)) {
      String user = answer.toString();
      get(cache, user);
      answer(answer);
      pass(Duration.ofSeconds(60).minusNanos(1));
      assertSame(answer, get(cache, user).resultNow());
      pass(Duration.ofNanos(1));
      assertFalse(get(cache, user).isDone());
      answer(NEW);
      assertSame(NEW, get(cache, user).resultNow());
    }
  }

  @Test
  void aFreshAnswerIsAskedForAtMostEveryQuarterOfASecond() {
    get(cache, "u");
    answer(OLD);
    pass(AnswerCache.MIN_AGE.minusNanos(1));
    assertSame(OLD, fresh("u").resultNow());
    pass(Duration.ofNanos(1));
    var asked = fresh("u");
    assertSame(asked, get(cache, "u"), "a new login waits for what may be news");
    answer(NEW);
    assertSame(NEW, asked.resultNow());
    assertSame(NEW, get(cache, "u").resultNow());
    assertEquals(List.of(), lookups);
  }

  @Test
  void aFailureIsNotRememberedAndDoesNotOverrideWhatIsKnown() {
    var first = get(cache, "u");
    answer(DOWN);
    assertSame(DOWN, first.resultNow());
    var second = get(cache, "u");
    answer(OLD);
    assertSame(OLD, second.resultNow());
    pass(Duration.ofSeconds(30));
    var again = fresh("u");
    answer(DOWN);
    assertSame(OLD, again.resultNow());
    pass(Duration.ofSeconds(30));
    var late = get(cache, "u");
    answer(DOWN);
    assertSame(DOWN, late.resultNow());
  }

  @Test
  void theLeastRecentlyUsedGoFirst() {
    for (String user : List.of("a", "b", "c", "a", "d")) {
      if (!get(cache, user).isDone()) {
        answer(OLD);
      }
    }
    assertEquals(3, cache.size());
    assertSame(OLD, get(cache, "a").resultNow());
    assertFalse(get(cache, "b").isDone());
  }

  @Test
  void withoutRoomOrTimeNothingIsRemembered() {
    for (AnswerCache none :
        List.of(
            new AnswerCache(0, Duration.ofSeconds(60), clock::get),
            new AnswerCache(3, Duration.ZERO, clock::get))) {
      get(none, "u");
      answer(OLD);
      assertFalse(get(none, "u").isDone());
      answer(NEW);
    }
  }
}
