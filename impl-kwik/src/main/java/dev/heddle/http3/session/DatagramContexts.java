package dev.heddle.http3.session;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramFormat;
import dev.heddle.http3.datagram.SessionDatagrams;
import dev.heddle.http3.wire.ContextCapsule;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The datagram contexts of one session, and in which of its modes it is. Any thread; the peer's
 * capsules come on the capsule thread.
 */
final class DatagramContexts {
  private final CapsuleSession session;
  private final SessionDatagrams datagrams;
  private final boolean client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final RegistrationRules rules;
  private final RefusedFormats refused = new RefusedFormats();
  private final Map<Long, SessionContext> open = new HashMap<>();
  private final ArrayDeque<SessionContext> arrivals = new ArrayDeque<>();
  private int ofPeer; // contexts that the peer registered and that still count for the limit
  private SessionContext single;
  private DatagramFormat singleFormat = DatagramFormat.DEFAULT;
  private Supplier<? extends IOException> receivingEnd;
  private Supplier<? extends IOException> sendingEnd;

  DatagramContexts(
      CapsuleSession session, SessionDatagrams datagrams, boolean client, String protocol) {
    this.session = session;
    this.datagrams = datagrams;
    this.client = client;
    this.rules = RegistrationRules.of(client, protocol, session.limits().maxContexts());
    if (rules.mode() == RegistrationRules.Mode.CONTEXTS) {
      datagrams.contexts();
      arrivals.add(opened(0, DatagramFormat.DEFAULT));
    }
  }

  /** Waits for a context of the peer. */
  DatagramContext accept() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (arrivals.isEmpty()) {
        if (rules.mode() == RegistrationRules.Mode.NO_CONTEXT) {
          throw new IllegalStateException(
              "this session has no datagram contexts; use datagramNoContext()");
        }
        if (receivingEnd != null) {
          throw receivingEnd.get();
        }
        changed.await();
      }
      SessionContext arrival = arrivals.remove();
      if (!open.containsKey(arrival.id()) && rules.ofPeer(arrival.id())) {
        ofPeer--; // the peer has closed it meanwhile, and it counted because it waited
      }
      return arrival;
    } finally {
      lock.unlock();
    }
  }

  /** Registers a context of this side. */
  DatagramContext register(DatagramFormat format) throws IOException, InterruptedException {
    SessionContext context = prepared(format);
    boolean registered = false;
    try {
      session.outbox().write(context.registration().encoded());
      registered = true;
      // draft-04 §4.4.1: no datagram of this context before its registration was sent
      session.outbox().flush();
      return context;
    } catch (IOException | InterruptedException e) {
      if (registered) {
        context.close();
      } else {
        takeOut(context);
        context.end(Ends.closedHere());
      }
      throw e;
    }
  }

  private SessionContext prepared(DatagramFormat format) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireLive();
      refused.check(format);
      boolean first = rules.mode() == RegistrationRules.Mode.UNDECIDED;
      long id = rules.register();
      if (first) {
        datagrams.contexts();
      }
      SessionContext context = opened(id, format);
      refused.registered(id, format);
      return context;
    } finally {
      lock.unlock();
    }
  }

  /** The one context of a session without contexts. */
  DatagramContext noContext() throws IOException, InterruptedException {
    boolean tell;
    lock.lockInterruptibly();
    try {
      if (single != null) {
        return single;
      }
      if (rules.mode() == RegistrationRules.Mode.CONTEXTS) {
        throw new IllegalStateException(
            "this session has datagram contexts; use registerDatagramContext() and"
                + " acceptDatagramContext()");
      }
      requireLive();
      // A mode that :protocol has fixed needs no registration.
      tell =
          client
              && rules.mode() == RegistrationRules.Mode.UNDECIDED
              && session.datagrams().options().registersNoContext();
      rules.noContext();
      single = session.context(SessionContext.NO_ID, singleFormat);
      datagrams.noContext(single.inbox());
      if (tell) {
        session.outbox().post(ContextCapsule.RegisterNone.DEFAULT.encoded(), () -> {});
      }
    } finally {
      lock.unlock();
    }
    if (tell) {
      // draft-04 §4.4.2: no datagram before the registration was sent
      session.outbox().flush();
    }
    return single;
  }

  private void requireLive() throws IOException {
    if (sendingEnd != null) {
      throw sendingEnd.get();
    }
    if (receivingEnd != null) {
      throw receivingEnd.get();
    }
  }

  private SessionContext opened(long id, DatagramFormat format) {
    SessionContext context = session.context(id, format);
    open.put(id, context);
    datagrams.add(id, context.inbox());
    if (sendingEnd != null) {
      context.sendingEnded(sendingEnd);
    }
    return context;
  }

  /** The peer registers a context. */
  void registered(ContextCapsule.Register capsule) throws IOException, InterruptedException {
    DatagramCloseCode refusal;
    lock.lockInterruptibly();
    try {
      boolean first = rules.mode() == RegistrationRules.Mode.UNDECIDED;
      refusal = rules.registered(capsule.contextId(), ofPeer);
      if (first && rules.mode() == RegistrationRules.Mode.CONTEXTS) {
        datagrams.contexts();
      }
      if (refusal == null && receivingEnd == null) {
        ofPeer++;
        DatagramFormat format = new DatagramFormat(capsule.formatType(), capsule.formatData());
        arrivals.add(opened(capsule.contextId(), format));
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      long id = capsule.contextId();
      session.outbox().write(new ContextCapsule.Close(id, refusal.value(), "").encoded());
    }
  }

  /** The peer registers that there are no contexts. */
  void registered(ContextCapsule.RegisterNone capsule) throws ProtocolException {
    lock.lock();
    try {
      rules.registeredNone();
      singleFormat = new DatagramFormat(capsule.formatType(), capsule.formatData());
      changed.signalAll(); // who waits for contexts waits in vain
    } finally {
      lock.unlock();
    }
  }

  /** The peer closes a context. */
  void closed(ContextCapsule.Close capsule) throws ProtocolException {
    DatagramCloseCode code = new DatagramCloseCode(capsule.code());
    SessionContext context;
    lock.lock();
    try {
      rules.closed(capsule.contextId());
      refused.closed(capsule.contextId(), code);
      context = open.remove(capsule.contextId());
      if (context != null && rules.ofPeer(context.id()) && !arrivals.contains(context)) {
        ofPeer--;
      }
    } finally {
      lock.unlock();
    }
    if (context != null) {
      datagrams.remove(context.id());
      context.end(() -> new DatagramContextClosedException(code, capsule.details(), true));
    }
  }

  /** This side closes a context. */
  void closeHere(SessionContext context, DatagramCloseCode code, String details) {
    boolean tell = takeOut(context);
    context.end(() -> new DatagramContextClosedException(code, details, false));
    if (tell) {
      byte[] capsule = new ContextCapsule.Close(context.id(), code.value(), details).encoded();
      // Until the peer can know of it the context counts, so that no more of them can pile up.
      session.outbox().post(capsule, () -> countClosed(context));
    }
  }

  private boolean takeOut(SessionContext context) {
    lock.lock();
    try {
      refused.forget(context.id());
      boolean there = open.remove(context.id(), context);
      if (there) {
        datagrams.remove(context.id());
      }
      return there;
    } finally {
      lock.unlock();
    }
  }

  private void countClosed(SessionContext context) {
    lock.lock();
    try {
      if (rules.ofPeer(context.id())) {
        ofPeer--;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes; what has arrived can still be accepted and read. */
  void receivingEnded(Supplier<? extends IOException> how) {
    lock.lock();
    try {
      if (receivingEnd != null) {
        return;
      }
      receivingEnd = how;
      changed.signalAll();
      contexts().forEach(context -> context.receivingEnded(how));
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more can be sent. */
  void sendingEnded(Supplier<? extends IOException> how) {
    lock.lock();
    try {
      if (sendingEnd == null) {
        sendingEnd = how;
        contexts().forEach(context -> context.sendingEnded(how));
      }
    } finally {
      lock.unlock();
    }
  }

  private List<SessionContext> contexts() {
    List<SessionContext> all = new ArrayList<>(open.values());
    if (single != null) {
      all.add(single);
    }
    return all;
  }
}
